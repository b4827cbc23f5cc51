package io.github.wxtoken.examples.boot;

import io.github.wxtoken.examples.boot.User.End;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** The tested paths, as a table for readers. Thread-safe. */
final class PathTable {
  private final Set<Row> rows =
      new ConcurrentSkipListSet<>(Comparator.comparing(Row::path).thenComparing(Row::nodes));

  /**
   * The result of a path.
   *
   * @param nodes the number of nodes
   * @param redirects how often the browser was redirected to WeChat
   * @param calls how often the nodes called WeChat
   */
  record Row(String path, int nodes, End end, int redirects, Calls calls) {}

  void add(Row row) {
    rows.add(row);
  }

  @Override
  public String toString() {
    int width = rows.stream().mapToInt(row -> row.path().length()).max().orElse(4);
    String format = "| %-" + width + "s | %5s | %-35s | %9s | %s |%n";
    StringBuilder table = new StringBuilder();
    table.append(String.format(format, "path", "nodes", "ends", "redirects", "calls to WeChat"));
    table.append("| --- | --- | --- | --- | --- |").append(System.lineSeparator());
    for (Row row : rows) {
      table.append(
          String.format(format, row.path(), row.nodes(), row.end(), row.redirects(), row.calls()));
    }
    return table.toString();
  }

  /** Prints it, and keeps it as {@code target/browser-paths.txt} of the project for the build. */
  void publish() throws IOException {
    System.out.print(this);
    String root = System.getProperty("wxtoken.root");
    if (root != null) {
      Path target = Files.createDirectories(Path.of(root, "target"));
      Files.writeString(target.resolve("browser-paths.txt"), toString());
    }
  }
}
