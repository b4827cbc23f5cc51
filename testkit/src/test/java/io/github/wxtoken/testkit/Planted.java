package io.github.wxtoken.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.UUID;

/**
 * Files that an attacker with write access to a store's directory can put in place of a record.
 * Their text is {@code CANARY}.
 */
enum Planted {
  PIPE {
    @Override
    void plant(Path entry, Path outside) throws Exception {
      run("mkfifo", entry.toString());
    }
  },
  SOCKET {
    @Override
    void plant(Path entry, Path outside) throws IOException {
      // The entry stays when the server is closed.
      try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        server.bind(UnixDomainSocketAddress.of(entry));
      }
    }
  },
  DEVICE {
    @Override
    void plant(Path entry, Path outside) throws Exception {
      run("mknod", entry.toString(), "c", "1", "5"); // zeros without end; needs a privilege
    }
  },
  LINK_TO_DEVICE {
    @Override
    void plant(Path entry, Path outside) throws IOException {
      Files.createSymbolicLink(entry, Path.of("/dev/zero"));
    }
  },
  LINK_TO_FILE {
    @Override
    void plant(Path entry, Path outside) throws IOException {
      Files.createSymbolicLink(entry, token(entry, outside));
    }
  },
  LINK_TO_LINK {
    @Override
    void plant(Path entry, Path outside) throws IOException {
      Path link = somewhere(outside);
      Files.createSymbolicLink(link, token(entry, outside));
      Files.createSymbolicLink(entry, link);
    }
  },
  LINK_TO_DIRECTORY {
    @Override
    void plant(Path entry, Path outside) throws IOException {
      Files.createSymbolicLink(entry, Files.createDirectory(somewhere(outside)));
    }
  },
  LINK_TO_NOTHING {
    @Override
    void plant(Path entry, Path outside) throws IOException {
      Files.createSymbolicLink(entry, somewhere(outside));
    }
  },
  LINK_TO_ITSELF {
    @Override
    void plant(Path entry, Path outside) throws IOException {
      Files.createSymbolicLink(entry, entry.getFileName());
    }
  },
  LINK_TO_PIPE {
    @Override
    void plant(Path entry, Path outside) throws Exception {
      Path pipe = somewhere(outside);
      PIPE.plant(pipe, outside);
      Files.createSymbolicLink(entry, pipe);
    }
  },
  DIRECTORY {
    @Override
    void plant(Path entry, Path outside) throws IOException {
      Files.createDirectory(entry);
    }
  },
  DIRECTORY_WITH_CONTENT {
    @Override
    void plant(Path entry, Path outside) throws IOException {
      Files.writeString(Files.createDirectory(entry).resolve("content"), TEXT);
    }
  },
  SPARSE_FILE {
    @Override
    void plant(Path entry, Path outside) throws IOException {
      try (RandomAccessFile file = new RandomAccessFile(entry.toFile(), "rw")) {
        file.setLength(1L << 36);
      }
      age(entry);
    }
  },
  LONG_FILE {
    @Override
    void plant(Path entry, Path outside) throws IOException {
      write(entry, TEXT.repeat(100_000));
    }
  },
  EMPTY_FILE {
    @Override
    void plant(Path entry, Path outside) throws IOException {
      write(entry, "");
    }
  },
  HALF_FILE {
    @Override
    void plant(Path entry, Path outside) throws IOException {
      write(entry, "{\"openid\":\"" + TEXT);
    }
  },
  DEEP_FILE {
    @Override
    void plant(Path entry, Path outside) throws IOException {
      write(entry, "[".repeat(60_000));
    }
  },
  NOT_UTF_8 {
    @Override
    void plant(Path entry, Path outside) throws IOException {
      Files.write(entry, new byte[] {(byte) 0xff, (byte) 0xfe, 'C'});
      age(entry);
    }
  },
  OF_ANOTHER {
    @Override
    void plant(Path entry, Path outside) throws IOException {
      write(entry, "{\"openid\":\"oAnother\",\"access_token\":\"" + TEXT + "\"}");
    }
  };

  static final String TEXT = "CANARY";

  /**
   * Puts it there. Skips the test where this machine or user cannot have such an entry.
   *
   * @param entry a path at which nothing is
   * @param outside a directory for what links lead to
   */
  abstract void plant(Path entry, Path outside) throws Exception;

  /** Tells whether the entry itself is a regular file, as each of a store's is. */
  boolean isFile() {
    return compareTo(SPARSE_FILE) >= 0;
  }

  /** A whole token, to tell a reader that follows links. */
  private static Path token(Path entry, Path outside) throws IOException {
    String openid = entry.getFileName().toString().replace(":access_token.txt", "");
    return Files.writeString(
        somewhere(outside), "{\"openid\":\"" + openid + "\",\"access_token\":\"" + TEXT + "\"}");
  }

  private static Path somewhere(Path outside) {
    return outside.resolve(UUID.randomUUID().toString());
  }

  private static void write(Path entry, String content) throws IOException {
    Files.writeString(entry, content);
    age(entry);
  }

  /** Node may still be writing a file that has just changed, so the store would wait for it. */
  private static void age(Path entry) throws IOException {
    Files.setLastModifiedTime(entry, FileTime.from(Instant.now().minusSeconds(60)));
  }

  private static void run(String... command) throws Exception {
    int exit;
    try {
      exit = new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
    } catch (IOException e) {
      exit = -1;
    }
    assumeTrue(exit == 0, command[0] + " works here");
  }
}
