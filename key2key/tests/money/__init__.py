"""Money under bad conditions: storms, kills, lies, wrong order, and whatever people do."""
