package io.github.wxtoken.examples.mixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServersTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          jdbc:mysql://db:3306/?user=a&password=b | jdbc:mysql://db:3306/wx?user=a&password=b
          jdbc:mysql://db/old                     | jdbc:mysql://db/wx
          mongodb://u:p@a:1,b:2                   | mongodb://u:p@a:1,b:2/wx
          mongodb://a/?directConnection=true      | mongodb://a/wx?directConnection=true
          """)
  void aDatabaseTakesTheOneOfTheServersUrl(String url, String expected) {
    assertThat(Servers.withDatabase(url, "wx")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          jdbc:mysql://db:3306/?user=root&password=root | mysql://root:root@db:3306/wx
          jdbc:mysql://db/?password=a%26b%2Bc&user=x    | mysql://x:a%26b%2Bc@db/wx
          jdbc:mysql://db/?user=x&sslMode=DISABLED      | mysql://x@db/wx
          """)
  void nodeGetsTheSameServerAndUser(String jdbcUrl, String expected) {
    assertThat(Servers.forMysql2(jdbcUrl, "wx")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"redis://db,redis://db?a=b", "redis://db?x=y,redis://db?x=y&a=b"})
  void anOptionIsAdded(String url, String expected) {
    assertThat(Servers.with(url, "a=b")).isEqualTo(expected);
  }

  @Test
  void whatIsNoUrlIsNotShown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Servers.withDatabase("s3cret", "wx"))
        .withMessage("not the URL of a server");
  }
}
