"""The proof of a pathway in a network: what can happen is tried before anything does happen. Pure."""
