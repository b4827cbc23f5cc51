package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HexDumpTest {
  @Test
  void rowsInAFrameAreRead() {
    assertThat(
            read(
                """
                       +--------------------------------------------------+
                       |  0  1  2  3  4  5  6  7   8  9  a  b  c  d  e  f |
                +------+--------------------------------------------------+------------------+
                |000000| 53 45 4C 45 43 54 20 61  63 63 65 73 73 5F 74 6F | SELECT access_to |
                |000010| 6B 65 6E                                         | ken              |
                +------+--------------------------------------------------+------------------+
                """))
        .isEqualTo("SELECT access_token");
  }

  @Test
  void numberedRowsAreRead() {
    assertThat(
            read(
                """
                +--------+-------------------------------------------------+----------------+
                |00000000| 24 33 0d 0a 47 45 54 0d 0a                      |$3..GET..       |
                +--------+-------------------------------------------------+----------------+
                """))
        .isEqualTo("$3\r\nGET\r\n");
  }

  @Test
  void rowsWithoutAFrameAreRead() {
    assertThat(
            read(
                """
                73 65 6c 65 63 74 20 61     s e l e c t . a
                62 63                       b c
                """))
        .isEqualTo("select abc");
  }

  @Test
  void textIsNoDump() {
    assertThat(read("deadline is over\nno row here | 41 42 |\n")).isEmpty();
  }

  private static String read(String dump) {
    return new String(HexDump.bytes(dump), StandardCharsets.US_ASCII);
  }
}
