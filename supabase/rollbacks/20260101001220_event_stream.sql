drop publication townsquare_events;
