package io.github.wxtoken.cli;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/** Reads lines, and of a line that is too long for a token only the beginning. */
final class LineReader {
  private final Reader reader;
  private final int longest;
  private final char[] buffer = new char[1 << 14];
  private int position;
  private int limit;

  LineReader(Reader reader, int longest) {
    this.reader = reader;
    this.longest = longest;
  }

  /**
   * Returns the next line; one character more than the longest if it is too long; null at the end.
   */
  @Nullable String next() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      if (position == limit && !fill()) {
        return line.length() == 0 ? null : line.toString();
      }
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      line.append(buffer, position, Math.min(end - position, longest + 1 - line.length()));
      position = end;
      if (end < limit) {
        position++;
        return line.toString();
      }
    }
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, reader.read(buffer));
    return limit > 0;
  }
}
