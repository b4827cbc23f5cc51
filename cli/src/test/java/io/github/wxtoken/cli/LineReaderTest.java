package io.github.wxtoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines are read in blocks of 16,384 characters. */
class LineReaderTest {
  private static final int BLOCK = 16_384;

  private static List<String> lines(String text, int longest) throws IOException {
    LineReader reader = new LineReader(new StringReader(text), longest);
    List<String> lines = new ArrayList<>();
    for (String line = reader.next(); line != null; line = reader.next()) {
      lines.add(line);
    }
    return lines;
  }

  @Test
  void aTextWithoutALineHasNone() throws IOException {
    assertThat(lines("", 10)).isEmpty();
  }

  @Test
  void theLastLineNeedsNoLineBreak() throws IOException {
    assertThat(lines("a\n\nb", 10)).containsExactly("a", "", "b");
    assertThat(lines("a\n\nb\n", 10)).containsExactly("a", "", "b");
  }

  @ParameterizedTest
  @ValueSource(ints = {BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK})
  void aLineMayEndAtOrReachAcrossTheEndOfABlock(int length) throws IOException {
    String line = "x".repeat(length);

    assertThat(lines(line + "\nnext\n", 4 * BLOCK)).containsExactly(line, "next");
  }

  @Test
  void ofALineThatIsTooLongOneCharacterMoreThanTheLongestIsReturned() throws IOException {
    String tooLong = "y".repeat(2 * BLOCK);

    assertThat(lines("12345\n123456\n" + tooLong + "\nnext", 5))
        .containsExactly("12345", "123456", "yyyyyy", "next");
  }
}
