package io.github.wxtoken.cli;

import java.io.Writer;
import java.util.function.Consumer;

/** Passes on what is written line by line, for the help that picocli writes. */
final class LineWriter extends Writer {
  private final Consumer<String> lines;
  private final StringBuilder line = new StringBuilder();

  LineWriter(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public void write(char[] text, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (text[i] == '\n') {
        lines.accept(line.toString());
        line.setLength(0);
      } else if (text[i] != '\r') {
        line.append(text[i]);
      }
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    if (line.length() > 0) {
      write(new char[] {'\n'}, 0, 1);
    }
  }
}
