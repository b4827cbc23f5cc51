package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The module works with any release of a driver, since it uses only what JDBC declares. */
class NoDriverClassesTest {
  private static final List<String> DRIVERS =
      List.of("com/mysql/", "org/mariadb/", "org/postgresql/", "org/sqlite/");

  @Test
  void noClassRefersToAClassOfADriver() throws Exception {
    Path classes =
        Path.of(JdbcTokenStore.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> found = new ArrayList<>();
    int read = 0;
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        read++;
        for (String text : texts(file)) {
          if (DRIVERS.stream().anyMatch(text::contains)) {
            found.add(file.getFileName() + ": " + text);
          }
        }
      }
    }

    assertThat(read).isGreaterThan(20);
    assertThat(found).isEmpty();
  }

  /** The texts of a constant pool: the names of classes, with slashes, and descriptors. */
  private static List<String> texts(Path file) throws IOException {
    List<String> texts = new ArrayList<>();
    try (InputStream raw = Files.newInputStream(file);
        DataInputStream in = new DataInputStream(raw)) {
      in.readLong();
      int count = in.readUnsignedShort();
      for (int i = 1; i < count; i++) {
        int tag = in.readUnsignedByte();
        switch (tag) {
          case 1 -> texts.add(in.readUTF());
          case 7, 8, 16, 19, 20 -> in.readUnsignedShort();
          case 15 -> {
            in.readUnsignedByte();
            in.readUnsignedShort();
          }
          case 3, 4, 9, 10, 11, 12, 17, 18 -> in.readInt();
          case 5, 6 -> {
            in.readLong();
            // A number of eight bytes takes two places.
            i++;
          }
          default -> throw new IOException("unknown tag " + tag);
        }
      }
    }
    return texts;
  }
}
