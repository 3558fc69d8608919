"""One acceptance test for each feature that is done, named after it; docs/features.md is made from them."""
