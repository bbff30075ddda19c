"""Tools that maintain the repository; the workflow does not use them."""
