package io.github.wxtoken.faults;

import com.github.dockerjava.api.DockerClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.testcontainers.containers.GenericContainer;

/**
 * The files that a server, or a store without one, has written: data and logs, one file after the
 * other.
 */
@FunctionalInterface
public interface ServerFiles {
  /** Receives each file. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Looks at a file.
     *
     * @param name its path
     * @param content its bytes, which the caller closes
     * @throws IOException if they cannot be read
     */
    void visit(String name, InputStream content) throws IOException;
  }

  /**
   * Passes each file to a visitor.
   *
   * @param visitor receives it
   * @throws IOException if a file cannot be read
   */
  void visit(Visitor visitor) throws IOException;

  /**
   * Returns the files of a directory on this machine.
   *
   * @param directory the directory
   * @return all files, including those in subdirectories
   */
  static ServerFiles of(Path directory) {
    return visitor -> {
      List<Path> files;
      try (Stream<Path> walk = Files.walk(directory)) {
        files = walk.filter(Files::isRegularFile).toList();
      }
      for (Path file : files) {
        try (InputStream content = Files.newInputStream(file)) {
          visitor.visit(directory.relativize(file).toString(), content);
        }
      }
    };
  }

  /**
   * Returns the files of a directory in a container, which runs or is stopped, and the server's
   * output as a file with the name {@code printed}.
   *
   * @param server the container
   * @param directory the directory
   * @return all files, including those in subdirectories
   */
  static ServerFiles of(GenericContainer<?> server, String directory) {
    return visitor -> {
      DockerClient docker = server.getDockerClient();
      try (InputStream copy =
              docker.copyArchiveFromContainerCmd(server.getContainerId(), directory).exec();
          TarArchiveInputStream archive = new TarArchiveInputStream(copy)) {
        for (TarArchiveEntry file = archive.getNextEntry();
            file != null;
            file = archive.getNextEntry()) {
          if (file.isFile()) {
            visitor.visit(file.getName(), archive);
          }
        }
      }
      byte[] printed = server.getLogs().getBytes(StandardCharsets.UTF_8);
      visitor.visit("printed", new ByteArrayInputStream(printed));
    };
  }
}
