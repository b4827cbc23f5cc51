package io.github.wxtoken.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.boot.security.WeChatUser;
import io.github.wxtoken.simulator.Consent;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

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
  void theChinesePageHasEachPropertyWithItsDefault() throws IOException {
    String page = read("docs/zh-CN/spring-boot.md");
    assertThat(properties())
        .allSatisfy(
            property ->
                assertThat(page)
                    .contains("| `" + text(property, "name") + "` | " + value(property) + " | "));
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

  /** Both pages, and the README, show code that the tests of this module compile and run. */
  @Test
  void eachSampleForSpringIsPartOfATest() throws IOException {
    String sources = sources();
    for (String page : List.of("docs/spring-boot.md", "docs/zh-CN/spring-boot.md")) {
      List<String> samples = blocks(read(page), "~~~java\n", "~~~\n");

      assertThat(samples).as(page).hasSize(7);
      assertThat(samples)
          .as(page)
          .allSatisfy(sample -> assertThat(sources).contains(withoutSpace(sample)));
    }
    for (String readme : List.of("README.md", "README.zh-CN.md")) {
      assertThat(blocks(read(readme), "~~~java\n", "~~~\n"))
          .as(readme)
          .singleElement()
          .satisfies(sample -> assertThat(sources).contains(withoutSpace(sample)));
    }
  }

  @Test
  void aLoginNeedsAtMost25LinesOfTheUsersOwn() throws IOException {
    String section = loginOfThePage();

    long lines =
        Stream.of(blocks(section, "~~~java\n", "~~~\n"), blocks(section, "```properties\n", "```"))
            .flatMap(List::stream)
            .flatMap(String::lines)
            .filter(line -> !line.isBlank())
            .count();

    assertThat(lines).isPositive().isLessThanOrEqualTo(25);
  }

  /** With the properties of the page, and the controller that it shows. */
  @Test
  void thePageLeadsToALogin() throws IOException {
    String[] properties =
        blocks(loginOfThePage(), "```properties\n", "```").stream()
            .flatMap(String::lines)
            .map(String::strip)
            .filter(line -> !line.isBlank())
            .toArray(String[]::new);
    try (ConfigurableApplicationContext context = start(Empty.class, properties)) {
      WeChatSimulator weChat = context.getBean(WeChatSimulator.class);
      weChat.behaviour().consent(Consent.AUTO);
      Visitor amy = new Visitor(TestApplication.port(context), "amy");

      assertThat(amy.get("/").body())
          .isEqualTo("Hello " + weChat.openid(WeChatSimulator.APPID, "amy"));
      assertThat(amy.get("/profile").body()).contains("Agree in WeChat");
      assertThat(amy.get("/login/wechat?consent&return=/profile").body())
          .startsWith("Hello ")
          .isNotEqualTo(amy.get("/").body());
    }
  }

  @Test
  void theChainOfThePageRuns() {
    try (ConfigurableApplicationContext context =
        start(SpringBootPageSamples.OwnChain.class, "wxtoken.simulator.enabled=true")) {
      int port = TestApplication.port(context);

      assertThat(new Visitor(port, "amy").get("/admin/x").statusCode()).isEqualTo(404);
      assertThat(new Visitor(port, "ben").get("/admin/x").statusCode()).isEqualTo(403);
      assertThat(new Visitor(port, "mallory").get("/").body())
          .contains("You may not sign in here.");
      assertThat(new Visitor(port, "visitor").open("/about").body()).isEqualTo("about us");
    }
  }

  private static ConfigurableApplicationContext start(
      Class<?> configuration, String... properties) {
    List<String> arguments =
        new ArrayList<>(List.of("--spring.config.name=login", "--server.port=0"));
    Stream.of(properties).map(property -> "--" + property).forEach(arguments::add);
    return new SpringApplication(PageApplication.class, configuration)
        .run(arguments.toArray(String[]::new));
  }

  @SpringBootConfiguration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import({HomeController.class, SpringBootPageTest.About.class})
  static class PageApplication {
    @Bean
    SpringBootPageSamples.Accounts accounts(WeChatSimulator weChat) {
      return new SpringBootPageSamples.Accounts() {
        @Override
        public boolean isLocked(WeChatUser user) {
          return user.openid().equals(weChat.openid(WeChatSimulator.APPID, "mallory"));
        }

        @Override
        public boolean isAdmin(WeChatUser user) {
          return user.openid().equals(weChat.openid(WeChatSimulator.APPID, "amy"));
        }
      };
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Empty {}

  @RestController
  static class About {
    @GetMapping("/about")
    String about() {
      return "about us";
    }
  }

  private static String loginOfThePage() throws IOException {
    String page = page();
    int start = page.indexOf("## A login on your machine");
    return page.substring(start, page.indexOf("\n## ", start));
  }

  private static List<String> blocks(String text, String begin, String end) {
    return Pattern.compile(Pattern.quote(begin) + "(.*?)" + Pattern.quote(end), Pattern.DOTALL)
        .matcher(text)
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  private static String withoutSpace(String code) {
    return code.replaceAll("\\s+", "");
  }

  /** The sources of these tests, without comments that a page does not show. */
  private static String sources() throws IOException {
    Path tests = ROOT.resolve("spring-boot-tests/src/test/java");
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(tests)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        all.append(Files.readString(file).replaceAll("(?sm)^ */\\*\\*.*?\\*/", ""));
      }
    }
    return withoutSpace(all.toString());
  }

  private static String page() throws IOException {
    return read("docs/spring-boot.md");
  }

  private static String read(String page) throws IOException {
    return Files.readString(ROOT.resolve(page));
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
    return "| `"
        + text(property, "name")
        + "` | "
        + value(property)
        + " | "
        + text(property, "description")
        + " |";
  }

  private static String value(Map<String, Object> property) {
    String value = text(property, "defaultValue");
    return value.isEmpty() ? "" : "`" + value + "`";
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
