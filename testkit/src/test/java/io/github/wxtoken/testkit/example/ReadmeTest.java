package io.github.wxtoken.testkit.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.testkit.TokenStoreContract;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The testkit's README shows code that compiles and passes, and names what an author overrides. */
class ReadmeTest {
  private static final Path EXAMPLE = Path.of("src/test/java/io/github/wxtoken/testkit/example");
  private static final Pattern JAVA = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);

  @Test
  void eachBlockOfJavaIsPartOfTheExample() throws IOException {
    List<String> sources = sources();

    assertThat(JAVA.matcher(readme()).results())
        .hasSizeGreaterThan(2)
        .allSatisfy(
            block ->
                assertThat(sources)
                    .anySatisfy(source -> assertThat(source).contains(block.group(1))));
  }

  @Test
  void theReadmeNamesEachMethodThatASuiteOverrides() throws IOException {
    String readme = readme();

    assertThat(Stream.of(TokenStoreContract.class.getDeclaredMethods()))
        .filteredOn(method -> Modifier.isProtected(method.getModifiers()))
        .extracting(Method::getName)
        .isNotEmpty()
        .allSatisfy(name -> assertThat(readme).contains("`" + name + "("));
  }

  private static String readme() throws IOException {
    return Files.readString(Path.of("README.md"));
  }

  private static List<String> sources() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLE)) {
      List<Path> sources = files.toList();
      assertThat(sources).isNotEmpty();
      return sources.stream().map(ReadmeTest::read).toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
