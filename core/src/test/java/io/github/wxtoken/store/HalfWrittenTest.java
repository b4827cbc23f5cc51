package io.github.wxtoken.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** When a record that cannot be read is read again. */
class HalfWrittenTest {
  @TempDir Path directory;
  Path file;
  final AtomicInteger looks = new AtomicInteger();

  @BeforeEach
  void plant() throws IOException {
    file = Files.writeString(directory.resolve("file"), "half");
    age(60);
  }

  @Test
  void aRecordThatHasNotChangedIsReadOnceMoreAndReported() {
    assertThatThrownBy(this::retry).isInstanceOf(CorruptTokenException.class);
    assertThat(looks).hasValue(2);
  }

  @Test
  void aRecordOfTheFutureIsReadOnceMoreAndReported() throws IOException {
    age(-60);

    assertThatThrownBy(this::retry).isInstanceOf(CorruptTokenException.class);
    assertThat(looks).hasValue(2);
  }

  @Test
  void aRecordThatWasCompletedLongAgoWhileTheReaderStoodStillIsRead() throws IOException {
    String read =
        HalfWritten.retry(
            file,
            () -> {
              if (looks.incrementAndGet() == 1) {
                Files.writeString(file, "whole");
                age(30);
                throw corrupt();
              }
              return Files.readString(file);
            });

    assertThat(read).isEqualTo("whole");
  }

  @Test
  void aRecordThatChangesFromLookToLookIsReadUntilItIsWhole() throws IOException {
    int read =
        HalfWritten.retry(
            file,
            () -> {
              if (looks.incrementAndGet() < 5) {
                Files.writeString(file, "x".repeat(looks.get()));
                age(60 + looks.get());
                throw corrupt();
              }
              return looks.get();
            });

    assertThat(read).isEqualTo(5);
  }

  @Test
  void aRecordThatWasJustWrittenIsReadForAWhileAndThenReported() throws IOException {
    age(0);

    assertThatThrownBy(this::retry).isInstanceOf(CorruptTokenException.class);
    assertThat(looks).hasValueGreaterThan(1);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // no such links
  void whatIsNoFileIsReportedAtOnce() throws IOException {
    Files.delete(file);
    Files.createSymbolicLink(file, directory.resolve("nothing"));

    assertThatThrownBy(this::retry).isInstanceOf(CorruptTokenException.class);
    assertThat(looks).hasValue(1);
  }

  private void retry() throws IOException {
    HalfWritten.<Boolean>retry(
        file,
        () -> {
          looks.incrementAndGet();
          throw corrupt();
        });
  }

  private void age(int seconds) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(seconds)));
  }

  private static CorruptTokenException corrupt() {
    return new CorruptTokenException("oA", "half");
  }
}
