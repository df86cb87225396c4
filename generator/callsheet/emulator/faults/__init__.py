"""What may go wrong, as data: the table of faults, scenarios made of them, and whose turn it is."""
