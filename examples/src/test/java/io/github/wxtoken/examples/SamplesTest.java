package io.github.wxtoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java samples that the documents show. */
class SamplesTest {
  @TempDir private Path directory;

  @Test
  void everyJavaSampleOfTheDocumentsCompiles() throws IOException {
    Samples samples =
        Samples.of(
            repository(),
            List.of(
                "*.md", "docs/*.md", "docs/zh-CN/*.md", "{store-*,simulator,wxjava}/README.md"));

    assertThat(samples.problems(directory)).isEmpty();
    assertThat(samples.samples())
        .extracting(Samples.Sample::page)
        .contains("README.md", "README.zh-CN.md", "docs/sign-in.md", "store-jdbc/README.md");
  }

  @Test
  void typesMembersAndStatementsAreSamples() throws IOException {
    assertThat(problemsOf("class A {}\n@RestController\nclass B {}")).isEmpty();
    assertThat(problemsOf("void a() {}\nprivate static int b() { return 1; }")).isEmpty();
    assertThat(problemsOf("String state = oauth.newState(visitor);\nlog.info(state);")).isEmpty();
  }

  @Test
  void aSampleThatDoesNotCompileIsFoundWithItsPageAndLine() throws IOException {
    assertThat(problemsOf("oauth.newState(visitor);\noauth.gone();"))
        .singleElement()
        .asString()
        .startsWith("page.md:6: cannot find symbol");
    assertThat(problemsOf("oauth.newState(visitor)")).isNotEmpty();
    assertThat(problemsOf("int a() { return oauth; }")).isNotEmpty();
    assertThat(problemsOf("class A { Gone gone; }")).isNotEmpty();
  }

  private List<String> problemsOf(String sample) throws IOException {
    Files.writeString(
        directory.resolve("page.md"), "# Page\n\nText.\n```java\n" + sample + "\n```\n");
    return Samples.of(directory, List.of("*.md"))
        .problems(Files.createTempDirectory(directory, "c"));
  }

  private static Path repository() {
    return Path.of(System.getProperty("wxtoken.root", "..")).toAbsolutePath().normalize();
  }
}
