package io.godwit.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table of text with a head line, as wide as its widest cells. */
public final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final int columns;

    public Table(String... head) {
        this.columns = head.length;
        rows.add(List.of(head).stream()
                .map(title -> title.toUpperCase(Locale.ROOT))
                .toList());
    }

    /** @throws IllegalArgumentException if the number of cells is not that of the head */
    public void row(String... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException("row of " + cells.length + " cells; expected " + columns);
        }
        rows.add(List.of(cells));
    }

    /** @return the lines, without the head if there is nothing below it */
    public List<String> lines() {
        if (rows.size() == 1) {
            return List.of();
        }
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = row.get(i);
            line.append(cell).repeat(' ', widths[i] - cell.length()).append(GAP);
        }
        return line.toString().stripTrailing();
    }
}
