package io.github.wxtoken.cli;

/**
 * What one run has to do with.
 *
 * @param terminal the streams and the environment
 * @param interrupt tells whether the user wants it to end
 */
record Session(Terminal terminal, Interrupt interrupt) {}
