"""The study's figures: plain functions of arrays that return a Matplotlib figure, one module for each."""
