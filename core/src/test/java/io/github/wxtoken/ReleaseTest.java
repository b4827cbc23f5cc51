package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The build files agree on what a release publishes. */
class ReleaseTest {
  private static final Path ROOT = Path.of(System.getProperty("wxtoken.root"));
  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
  private static final Pattern ARTIFACT =
      Pattern.compile("<artifactId>(wxtoken-[^<]+)</artifactId>");

  private static final Set<String> NO_LIBRARIES = Set.of("wxtoken-bom", "wxtoken-cli");

  private final String parent = pom("");

  @Test
  void theBomHasEachPublishedLibraryAndNothingElse() {
    assertThat(all(ARTIFACT, managed(pom("bom"))))
        .containsExactlyInAnyOrderElementsOf(
            artifacts(true).stream().filter(name -> !NO_LIBRARIES.contains(name)).toList());
  }

  @Test
  void theJavadocOfAllModulesExcludesEachUnpublishedOne() {
    String skipped = parent.replaceAll("(?s).*<skippedModules>|</skippedModules>.*", "");

    assertThat(List.of(skipped.split(",", -1)))
        .containsExactlyInAnyOrderElementsOf(artifacts(false));
  }

  private List<String> artifacts(boolean published) {
    return all(MODULE, parent).stream()
        .map(ReleaseTest::pom)
        .filter(pom -> published != pom.contains("<maven.deploy.skip>true</maven.deploy.skip>"))
        .map(pom -> all(ARTIFACT, pom.substring(pom.indexOf("</parent>"))).get(0))
        .toList();
  }

  private static String managed(String pom) {
    return pom.substring(
        pom.indexOf("<dependencyManagement>"), pom.indexOf("</dependencyManagement>"));
  }

  private static List<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1)).toList();
  }

  private static String pom(String module) {
    try {
      return Files.readString(ROOT.resolve(module).resolve("pom.xml"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
