package io.github.wxtoken.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a directory is listed that is too large for one hold of the lock. */
class RecordFilesTest {
  private static final int RECORDS = 60;

  @TempDir Path directory;
  DirectoryLock lock;
  RecordFiles files;
  Set<String> openids;

  @BeforeEach
  void open() throws IOException {
    lock = new DirectoryLock(directory);
    files = new RecordFiles(directory, ":t", lock);
    openids = IntStream.range(0, RECORDS).mapToObj(i -> "o" + i).collect(Collectors.toSet());
    for (String openid : openids) {
      Files.createFile(files.file(openid));
    }
    Files.createFile(directory.resolve("not an openid:t"));
    Files.createFile(directory.resolve("o:another"));
  }

  @Test
  void aDirectoryIsListedInOneHoldOrInParts() throws IOException {
    assertThat(files.openids()).isEqualTo(openids);
    assertThat(files.openids(Duration.ofNanos(1))).isEqualTo(openids);
  }

  @Test
  void othersWriteBetweenTheParts() throws IOException {
    CompletableFuture<Set<String>> listing =
        CompletableFuture.supplyAsync(() -> listInParts(), task -> new Thread(task).start());
    int writes = 0;
    while (!listing.isDone()) {
      String openid = "o" + writes++ % RECORDS;
      lock.hold(() -> files.write(openid, ByteBuffer.wrap(new byte[1])));
    }

    assertThat(listing.join()).isEqualTo(openids);
    assertThat(writes).isGreaterThan(1);
  }

  private Set<String> listInParts() {
    try {
      return files.openids(Duration.ofNanos(1));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
