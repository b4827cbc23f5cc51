package io.github.wxtoken.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of leases as files beyond the contract, which the store passes in the testkit. */
class FileLeasesTest {
  private static final Duration SHORT = Duration.ofMillis(1);

  @TempDir Path directory;
  FileLeases leases;

  @BeforeEach
  void open() throws IOException {
    leases = another();
  }

  private FileLeases another() throws IOException {
    return new FileLeases(
        directory.resolve("leases"), directory.resolve("aside"), new DirectoryLock(directory));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("leases"))) {
      return files.toList();
    }
  }

  @Test
  void leasesThatNobodyClosesDoNotPileUp() throws IOException {
    // A login's lease on its code is never closed. These end as soon as they may.
    for (int code = 0; code < 2_000; code++) {
      assertThat(leases.tryLease("code-" + code, SHORT)).isNotNull();
    }
    for (int code = 0; files().size() > 50; code++) {
      assertThat(leases.tryLease("another-" + code, SHORT)).isNotNull();
    }
  }

  @Test
  void aLeaseThatAnotherProcessTookOverIsNotDeletedByItsFormerHolder() throws IOException {
    FileLeases other = another();
    assertThat(leases.tryLease("one", SHORT)).isNotNull();
    Lease held = null;
    while (held == null) {
      held = other.tryLease("one", Duration.ofHours(1));
    }
    for (int code = 0; code < 100; code++) {
      assertThat(leases.tryLease("code-" + code, SHORT)).isNotNull();
    }

    assertThat(leases.tryLease("one", SHORT)).isNull();
  }
}
