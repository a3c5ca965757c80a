"""Stand-ins for the servers at the other end of the wire, spoken to over real HTTP."""
