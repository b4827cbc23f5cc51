package io.github.wxtoken.cli;

/**
 * The surroundings of one run.
 *
 * @param terminal the streams and the environment
 * @param interrupt tells whether the user wants it to end
 */
record Session(Terminal terminal, Interrupt interrupt) {}
