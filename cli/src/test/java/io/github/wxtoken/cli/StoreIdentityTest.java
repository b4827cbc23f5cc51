package io.github.wxtoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The identity of a store is that of its data, and has no secret. */
class StoreIdentityTest {
  private static String of(String url) {
    return StoreIdentity.of(url, null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jdbc:mysql://db/app1                    | jdbc:mysql://db/app2",
        "jdbc:mysql://db/app                     | jdbc:mysql://db/app?wxtoken.table=t",
        "jdbc:mysql://db/app                     | jdbc:mysql://db:3307/app",
        "jdbc:mysql://db/app                     | jdbc:postgresql://db/app",
        "jdbc:postgresql://db/app                | jdbc:postgresql://db/app?currentSchema=b",
        "jdbc:postgresql://db/app?options=-c%20search_path=a | jdbc:postgresql://db/app?options=-c%20search_path=b",
        "redis://db                              | redis://db/1",
        "redis://db                              | redis://db?wxtoken.prefix=b:",
        "redis-sentinel://db?sentinelMasterId=a  | redis-sentinel://db?sentinelMasterId=b",
        "mongodb://db/a                          | mongodb://db/b",
        "mongodb://db/a                          | mongodb://db/a?wxtoken.collection=c",
        "jdbc:sqlite:a.db                        | jdbc:sqlite:b.db",
        "jdbc:sqlite:a.db                        | jdbc:sqlite:a.db?wxtoken.table=t",
        "file:a                                  | file:b"
      })
  void placesOfOneServerDiffer(String one, String other) {
    assertThat(of(one)).isNotEqualTo(of(other));
    assertThat(StoreIdentity.of(one, "wx1")).isNotEqualTo(of(one));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jdbc:mysql://db/app?user=a&password=CANARY      | jdbc:mysql://db/app?user=b&sslMode=REQUIRED",
        "jdbc:mysql://DB:3306/app?wxtoken.table=token    | jdbc:mariadb://db/app",
        "jdbc:postgresql://b,a/app?wxtoken.timeout=1     | jdbc:postgresql://a:5432,b/app",
        "jdbc:postgresql://localhost/app                 | jdbc:postgresql://127.0.0.1:5432/app",
        "jdbc:postgresql://db/app?options=-c%20jit=off    | jdbc:postgresql://db/app",
        "redis://db?wxtoken.prefix=wx%3A                  | redis://db?wxtoken.prefix=wx:",
        "redis://:CANARY@db                              | rediss://app:CANARY@db:6379/0",
        "mongodb://app:CANARY@db/app?w=1                 | mongodb://db:27017/app",
        "jdbc:sqlite:./a.db?synchronous=OFF              | jdbc:sqlite:file:a.db"
      })
  void usersPasswordsAndSettingsOfAConnectionDoNotMatter(String one, String other) {
    assertThat(of(one)).isEqualTo(of(other)).doesNotContain("CANARY");
  }

  @ParameterizedTest
  @CsvSource({
    "redis://:CANARY/1@db/0",
    "redis://:1234/CANARY@db",
    "mongodb://app:CANARY?x@db/app",
    "jdbc:mysql://app:CANARY@db/app",
    "jdbc:sqlite:a.db?password=CANARY",
    "redis://db?wxtoken.prefix=CANARY@x",
    "nothing",
    "x://CANARY@h"
  })
  void aMisplacedPasswordIsNotShown(String url) {
    assertThat(of(url)).doesNotContain("CANARY");
  }

  @Test
  void aTableOfYourOwnIsThatTable() {
    assertThat(StoreIdentity.ofTable("jdbc:mysql://db/app?wxtoken.allowPlaintext=true", "token"))
        .isEqualTo(of("jdbc:mysql://db/app"));
    assertThat(StoreIdentity.ofTable("jdbc:mysql://db/app", "users"))
        .isNotEqualTo(of("jdbc:mysql://db/app"));
  }

  @Test
  void aFileOfLinesThatHasChangedIsAnother(@TempDir Path directory) throws IOException {
    Path lines = Files.writeString(directory.resolve("lines"), "{}\n");
    String before = StoreIdentity.ofLines(lines);

    assertThat(StoreIdentity.ofLines(lines)).isEqualTo(before);
    Files.writeString(lines, "{}\n{}\n");
    assertThat(StoreIdentity.ofLines(lines)).isNotEqualTo(before);
  }
}
