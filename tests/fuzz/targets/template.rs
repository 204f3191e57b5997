#![no_main]

chartside_fuzz::target!(template);
