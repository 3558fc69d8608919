"""The closed lists of the attributes, those fields that are not columns (decision 12)."""
