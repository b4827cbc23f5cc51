package io.github.wxtoken.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** An attacker may change an entry between a look at it and its use. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RegularFilesTest {
  @TempDir Path directory;

  @Test
  void aFileIsReadUpToTheLimit() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "né");

    assertThat(RegularFiles.read(file, 3)).isEqualTo("né");
    assertThat(RegularFiles.read(Files.createFile(directory.resolve("empty")), 3)).isEmpty();
    assertThatThrownBy(() -> RegularFiles.read(file, 2))
        .isInstanceOf(FileProblemException.class)
        .hasMessage("its file has more than 2 bytes");
    assertThatThrownBy(() -> RegularFiles.read(directory.resolve("none"), 3))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void readingEndsWhenTheBufferIsFullHoweverMuchTheFileHasGrown() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "x".repeat(1_000_000));
    ByteBuffer bytes = ByteBuffer.allocate(10);

    RegularFiles.fill(file, bytes);

    assertThat(bytes.position()).isEqualTo(10);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // no named pipes of this kind
  void anEntryThatHasJustBecomeAPipeDoesNotHang() throws Exception {
    Path pipe = directory.resolve("pipe");
    assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);

    assertThatThrownBy(() -> RegularFiles.fill(pipe, ByteBuffer.allocate(10)))
        .isInstanceOf(IOException.class);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // no such sockets, links, devices
  void anEntryThatHasJustBecomeSomethingElseIsAnError() throws Exception {
    Path socket = directory.resolve("socket");
    ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(socket))
        .close();
    Path target = Files.writeString(directory.resolve("target"), "CANARY");
    Path link = Files.createSymbolicLink(directory.resolve("link"), target);
    Path device = Files.createSymbolicLink(directory.resolve("device"), Path.of("/dev/zero"));

    for (Path entry : new Path[] {socket, link, device, directory}) {
      assertThatThrownBy(() -> RegularFiles.fill(entry, ByteBuffer.allocate(10)))
          .as("%s", entry)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // no such links
  void creatingAFileFollowsNoLinkAndReplacesNothing() throws Exception {
    Path link = directory.resolve("link");
    Files.createSymbolicLink(link, directory.resolve("nothing"));
    Path file = Files.writeString(directory.resolve("file"), "kept");

    for (Path entry : new Path[] {link, file, directory}) {
      assertThatThrownBy(() -> RegularFiles.create(entry))
          .isInstanceOf(FileAlreadyExistsException.class);
    }
    assertThat(directory.resolve("nothing")).doesNotExist();
    assertThat(file).hasContent("kept");
  }

  @Test
  void anInterruptedThreadReadsAndStaysInterrupted() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "text");
    FutureTask<Boolean> reader =
        new FutureTask<>(
            () -> {
              Thread.currentThread().interrupt();
              return RegularFiles.read(file, 10).equals("text")
                  && Thread.currentThread().isInterrupted();
            });
    new Thread(reader).start();

    assertThat(reader.get(60, TimeUnit.SECONDS)).isTrue();
  }
}
