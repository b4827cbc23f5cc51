package io.github.wxtoken.faults;

import io.github.wxtoken.faults.Tally.Row;
import io.github.wxtoken.faults.Tally.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Prints the servers that the suites of all modules ran against, at the end of a build. */
public final class TestServerTable {
  private static final List<String> HEAD =
      List.of("module", "suite", "ran against", "by", "passed", "failed", "skipped");
  private static final int FIRST_NUMBER = 4;

  private TestServerTable() {}

  /**
   * Prints the table of the directory that the system property {@code wxtoken.root} names.
   *
   * @param args none
   * @throws IOException if the table cannot be read
   * @throws IllegalStateException if the system property {@code containers} is {@code required},
   *     and a suite ran against an embedded server
   */
  public static void main(String... args) throws IOException {
    Path directory = directory();
    if (directory == null) {
      throw new IllegalStateException("the system property wxtoken.root is not set");
    }
    List<Row> rows = read(directory);
    System.out.print(format(rows));
    if (Ladder.Environment.isContainersRequired()) {
      refuseEmbedded(rows);
    }
  }

  static @Nullable Path directory() {
    String root = System.getProperty("wxtoken.root");
    return root == null ? null : Path.of(root, "target", "test-servers");
  }

  static void refuseEmbedded(List<Row> rows) {
    for (Row row : rows) {
      if (row.server().how().equals(Ladder.EMBEDDED)) {
        throw new IllegalStateException(
            "containers are required, and " + row.suite() + " ran against an embedded server");
      }
    }
  }

  static List<Row> read(Path directory) throws IOException {
    List<Row> rows = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.sorted().toList()) {
          Files.readAllLines(file).forEach(line -> rows.add(Row.fromLine(line)));
        }
      }
    }
    return rows;
  }

  static String format(List<Row> rows) {
    List<List<String>> lines = new ArrayList<>(List.of(HEAD));
    rows.forEach(row -> lines.add(cells(row)));
    StringBuilder table = new StringBuilder();
    for (List<String> line : lines) {
      for (int column = 0; column < HEAD.size(); column++) {
        int at = column;
        int width = lines.stream().mapToInt(cells -> cells.get(at).length()).max().orElseThrow();
        String blanks = " ".repeat(width - line.get(column).length());
        table.append(column < FIRST_NUMBER ? line.get(column) + blanks : blanks + line.get(column));
        table.append(column < HEAD.size() - 1 ? "  " : System.lineSeparator());
      }
    }
    return table.toString();
  }

  private static List<String> cells(Row row) {
    Server server = row.server();
    return List.of(
        row.module(),
        row.suite().substring(row.suite().lastIndexOf('.') + 1),
        server.what().isEmpty() ? "no server" : server.what(),
        server.how(),
        Long.toString(row.counts().passed()),
        Long.toString(row.counts().failed()),
        Long.toString(row.counts().skipped()));
  }
}
