#![no_main]

chartside_fuzz::target!(look_up);
