package io.github.wxtoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The package of the command line, and its documents. */
class PackageTest {
  private static final Path SOURCES = Path.of("src/main/java/io/github/wxtoken/cli");

  @Test
  void theMapOfThePackageNamesEachOfItsClasses() throws IOException {
    String map = Files.readString(SOURCES.resolve("package-info.java"));
    try (Stream<Path> sources = Files.list(SOURCES)) {
      assertThat(sources)
          .extracting(source -> source.getFileName().toString().replace(".java", ""))
          .filteredOn(name -> !name.equals("package-info"))
          .hasSizeGreaterThan(40)
          .allSatisfy(name -> assertThat(map).containsPattern("[. ]" + name + "\\}"));
    }
  }

  @Test
  void thePageNamesEachCommand() throws IOException {
    String page = Files.readString(Path.of("../docs/cli.md"));

    assertThat(
            Cli.commandLine(new Session(Terminal.ofThisProcess(), new Interrupt()))
                .getSubcommands())
        .allSatisfy((name, command) -> assertThat(page).contains(name));
  }
}
