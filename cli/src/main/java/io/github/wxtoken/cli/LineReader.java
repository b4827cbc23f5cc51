package io.github.wxtoken.cli;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/** Reads lines, and of a line that is too long for a token only the beginning. */
final class LineReader {
  private static final int END = -1;

  private final Reader reader;
  private final int longest;

  LineReader(Reader reader, int longest) {
    this.reader = reader;
    this.longest = longest;
  }

  /**
   * Returns the next line; one character more than the longest if it is too long; null at the end.
   */
  @Nullable String next() throws IOException {
    StringBuilder line = new StringBuilder();
    int c = reader.read();
    if (c == END) {
      return null;
    }
    for (; c != '\n' && c != END; c = reader.read()) {
      if (line.length() <= longest) {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
