"""Who the customers are: archive, contact points, dates, relations, interactions, scores."""
