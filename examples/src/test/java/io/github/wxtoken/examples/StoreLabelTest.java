package io.github.wxtoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreLabelTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          memory:                                    | memory:
          file:/var/tokens                           | file:/var/tokens
          jdbc:sqlite:t.db?wxtoken.createSchema=true | jdbc:sqlite:t.db
          jdbc:mysql://db/wx                         | jdbc:mysql://db/wx
          jdbc:mysql://db:3306/wx?useSSL=true        | jdbc:mysql://db:3306/wx
          redis://localhost                          | redis://localhost
          mongodb://a:27017,b:27017/wx               | mongodb://a:27017,b:27017/wx
          """)
  void aStoreIsShownByWhereItIs(String url, String label) {
    assertThat(StoreLabel.of(url)).isEqualTo(label);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mysql://root:s3cret@db/wx",
        "jdbc:mysql://db/wx?user=root&password=s3cret",
        "jdbc:mysql://db/wx?user=root&password=x@s3cret",
        "jdbc:mysql://root:x@s3cret@db/wx",
        "jdbc:mysql://root:s3cret?x@db/wx",
        "jdbc:mysql://root:x/s3cret@db/wx",
        "jdbc:mysql://address=(host=db)(password=s3cret)/wx",
        "jdbc:mysql://(host=db,password=s3cret)/wx",
        "jdbc:mysql:loadbalance://root:s3cret@db/wx",
        "redis://:s3cret@db:6379/0",
        "rediss://s3cret@db",
        "redis-sentinel://s3cret@a:26379,b:26379/0#master",
        "mongodb+srv://user:s3cret@db/wx?authSource=admin",
        "mongodb://user:s3cret#x@db/wx",
        "jdbc:sqlite:tokens.db?password=s3cret",
        "nonsense s3cret"
      })
  void aPasswordIsNeverShown(String url) {
    assertThat(StoreLabel.of(url)).doesNotContain("s3cret");
  }
}
