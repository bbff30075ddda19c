"""What press reports and studies claimed, and the verdict that the data allow."""
