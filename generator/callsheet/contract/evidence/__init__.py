"""What is known of providers independently of their specs, and what of a spec nothing is known of."""
