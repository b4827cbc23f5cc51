package io.github.wxtoken;

import static io.github.wxtoken.store.EncryptedTokenStoreTest.cipher;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.store.ForwardingTokenStore;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client logs one line when it starts, and one when it is closed. */
class ClientLogTest {
  private static final String APPID = "wx-of-the-log";
  private static final String SECRET = "s3cret";

  /** Starts and closes a client, and returns what it has logged at INFO of its app. */
  private static List<String> lines(UnaryOperator<WeChatOAuth.Builder> details) {
    try (LogCapture log = LogCapture.of(WeChatOAuth.class)) {
      details.apply(WeChatOAuth.builder(APPID, SECRET)).build().close();
      return log.lines().stream()
          .filter(line -> line.startsWith("INFO") && line.contains(APPID))
          .toList();
    }
  }

  private static String started(TokenStore store) {
    return lines(b -> b.store(store)).get(0).strip();
  }

  @Test
  void aClientLogsItsStartAndItsEndOnceEach() {
    List<String> lines = lines(b -> b.store(new MemoryTokenStore()));

    assertThat(lines).hasSize(2);
    assertThat(lines.get(0))
        .contains("has started a client of app " + APPID)
        .contains("WeChat at https://api.weixin.qq.com,");
    assertThat(lines.get(1)).contains("The client of app " + APPID + " is closed");
    assertThat(lines).noneMatch(line -> line.contains(SECRET));
  }

  @Test
  void theVersionIsThatOfThePom() throws IOException {
    Matcher version =
        Pattern.compile("<version>(.*?)</version>").matcher(Files.readString(Path.of("pom.xml")));

    assertThat(version.find()).isTrue();
    assertThat(started(new MemoryTokenStore())).contains("wxtoken " + version.group(1) + " has");
  }

  @Test
  void aSecondCloseIsNotLogged() {
    try (LogCapture log = LogCapture.of(WeChatOAuth.class)) {
      WeChatOAuth client = WeChatOAuth.builder(APPID, SECRET).store(new MemoryTokenStore()).build();
      client.close();
      client.close();

      assertThat(log.lines()).filteredOn(line -> line.contains(APPID + " is closed")).hasSize(1);
    }
  }

  @Test
  void aClientThatOpenedItsStoreSaysThatItClosesIt(@TempDir Path directory) throws IOException {
    List<String> lines = lines(b -> b.store("file:" + directory));

    assertThat(lines.get(0)).contains("in files of the directory " + directory.toRealPath());
    assertThat(lines.get(1)).contains("is closed, and its store");
  }

  @Test
  void aMiniProgramIsNamedAsOne() {
    assertThat(lines(b -> b.store(new MemoryTokenStore()).miniProgram(true)).get(0))
        .contains("a client of mini program " + APPID);
  }

  @Test
  void aPasswordOfAProxyBeforeWeChatIsNotShown() {
    List<String> lines =
        lines(
            b ->
                b.store(new MemoryTokenStore())
                    .apiEndpoint(
                        URI.create("http://user:" + SECRET + "@proxy.example.com:8080/k3y/")));

    assertThat(lines.get(0))
        .contains("WeChat at http://proxy.example.com:8080,")
        .doesNotContain("user", SECRET, "k3y");
  }

  @Test
  void viewsAddWhatTheyDo() {
    TokenStore view =
        TokenStores.encrypted(
            TokenStores.scoped(new MemoryTokenStore(), "wx1"), cipher("k1").build());

    assertThat(started(view))
        .endsWith("in the memory of this process, under the prefix wx1:, encrypted");
  }

  @Test
  void aListenerChangesNothing() {
    assertThat(lines(b -> b.store(new MemoryTokenStore()).listener(new EventLog())).get(0))
        .contains("in the memory of this process");
  }

  @Test
  void twoFunctionsAreNamedAsSuch() {
    assertThat(lines(b -> b.hooks(openid -> Optional.empty(), (openid, token) -> {})).get(0))
        .contains("in two functions of the application");
  }

  /** A store whose description is none, as that of a mock. */
  private static final class Described extends ForwardingTokenStore {
    private final @Nullable String description;

    Described(@Nullable String description) {
      super(new MemoryTokenStore());
      this.description = description;
    }

    @Override
    @SuppressWarnings("NullAway")
    public String description() {
      if ("throws".equals(description)) {
        throw new IllegalStateException(SECRET);
      }
      return description;
    }
  }

  @Test
  void aStoreThatDoesNotDescribeItselfIsNamedByItsClass() {
    assertThat(started(new BareTokenStore())).endsWith("in " + BareTokenStore.class.getName());
    assertThat(started(new Described(null))).endsWith("in " + Described.class.getName());
  }

  @ParameterizedTest
  @ValueSource(strings = {"throws", "", " "})
  void aDescriptionThatIsNoneDoesNotFailTheClient(String description) {
    assertThat(started(new Described(description)))
        .endsWith("in " + Described.class.getName())
        .doesNotContain(SECRET);
  }

  @Test
  void aLineBreakInADescriptionDoesNotForgeALine() {
    assertThat(started(new Described("a store\nINFO forged"))).endsWith("in a store INFO forged");
  }
}
