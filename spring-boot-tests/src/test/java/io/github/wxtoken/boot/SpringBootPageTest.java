package io.github.wxtoken.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.json.JsonParserFactory;

/** The page docs/spring-boot.md shows what is there. */
class SpringBootPageTest {
  private static final Path ROOT = Path.of(System.getProperty("wxtoken.root", ".."));
  private static final String METADATA = "/META-INF/spring-configuration-metadata.json";

  /** The page says of a property what an IDE shows. */
  @Test
  void theTableOfPropertiesIsMadeOfTheMetadata() throws IOException {
    assertThat(page()).contains(table());
  }

  @Test
  void everyPropertyIsExplained() throws IOException {
    assertThat(properties())
        .hasSizeGreaterThan(20)
        .allSatisfy(property -> assertThat(text(property, "description")).endsWith("."));
  }

  /** The one that SignInTest runs. */
  @Test
  void theControllerIsTheOneOfTheTests() throws IOException {
    String source =
        Files.readString(
            ROOT.resolve(
                "spring-boot-tests/src/test/java/io/github/wxtoken/boot/LoginController.java"));
    String withoutPackageAndComment =
        source.substring(source.indexOf("import ")).replaceFirst("(?s)/\\*\\*.*?\\*/\n", "");

    assertThat(page()).contains("~~~java\n" + withoutPackageAndComment + "~~~\n");
  }

  private static String page() throws IOException {
    return Files.readString(ROOT.resolve("docs/spring-boot.md"));
  }

  private static String table() throws IOException {
    return properties().stream()
        .sorted(Comparator.comparing(property -> text(property, "name")))
        .map(SpringBootPageTest::row)
        .collect(
            Collectors.joining(
                "\n", "| property | default | meaning |\n| --- | --- | --- |\n", "\n\n"));
  }

  private static String row(Map<String, Object> property) {
    String value = text(property, "defaultValue");
    return "| `"
        + text(property, "name")
        + "` | "
        + (value.isEmpty() ? "" : "`" + value + "`")
        + " | "
        + text(property, "description")
        + " |";
  }

  private static String text(Map<String, Object> property, String key) {
    return Objects.toString(property.get(key), "");
  }

  private static String metadataOf(URL starter) {
    String place = starter.toString();
    return place.endsWith(".jar")
        ? "jar:" + place + "!" + METADATA
        : place.replaceFirst("/$", "") + METADATA;
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> properties() throws IOException {
    // Take the file of the starter's jar: others on the class path have one of this name, too.
    URL starter = WeChatProperties.class.getProtectionDomain().getCodeSource().getLocation();
    try (InputStream in = new URL(metadataOf(starter)).openStream()) {
      String json = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      Map<String, Object> metadata = JsonParserFactory.getJsonParser().parseMap(json);
      return ((List<Map<String, Object>>) Objects.requireNonNull(metadata.get("properties")))
          .stream().filter(property -> text(property, "name").startsWith("wxtoken.")).toList();
    }
  }
}
