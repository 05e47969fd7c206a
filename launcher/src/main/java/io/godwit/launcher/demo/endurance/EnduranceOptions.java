package io.godwit.launcher.demo.endurance;

/**
 * How long and how hard.
 *
 * @param moves how many migrations, one after the other
 * @param rows that the database is filled with at the start; the clients' come on top
 * @param clients that write and read all the time, each over one connection
 * @param seed decides the directions of the moves
 */
public record EnduranceOptions(int moves, long rows, int clients, long seed) {}
