"""What the product costs beside the bare database, measured in one run and told as ratios."""
