package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.AppKind;
import io.github.wxtoken.simulator.EncryptedData;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.SimulatorApp;
import io.github.wxtoken.store.AesGcmTokenCipher;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise 2: no secret leaves through a log line, an exception or {@code toString()}. Each test
 * runs a part of the flow with secrets that can be told from everything else; afterwards all that
 * was written is searched for them, as they are and encoded.
 */
class NoSecretsTest {
  private static final String APPID = "wxcanary";
  private static final String SECRET = "S3cr3t/canary+of=the~app";

  private final Simulated simulated = Simulated.start();
  private final Set<String> canaries = new LinkedHashSet<>();
  private final List<String> written = new CopyOnWriteArrayList<>();
  private final LogCapture log = LogCapture.ofEverything();
  private final EventLog events = new EventLog();
  private final Logger jul = Logger.getLogger("");
  private final @Nullable Level julLevel = jul.getLevel();
  private final Handler julHandler =
      new Handler() {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord record) {
          // Writes every URL, secrets included, and nobody can stop it: we warn where it is on.
          if (!HttpExchange.JDK_LOGGER.equals(record.getLoggerName())) {
            written.add(formatter.format(record));
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private final WeChatOAuth client;

  NoSecretsTest() {
    simulated.wechat.addApp(
        SimulatorApp.of(APPID, SECRET, AppKind.SERVICE_ACCOUNT).withUnionid(true));
    client = simulated.client(APPID, SECRET).listener(events).build();
    canaries.add(SECRET);
  }

  @BeforeEach
  void listen() {
    julHandler.setLevel(Level.ALL);
    jul.addHandler(julHandler);
    jul.setLevel(Level.ALL);
  }

  @AfterEach
  void nothingThatWasWrittenHoldsASecret() {
    client.close();
    simulated.close();
    jul.removeHandler(julHandler);
    jul.setLevel(julLevel);
    log.close();
    written.addAll(log.lines());
    written.addAll(events.all());
    assertThat(canaries).hasSizeGreaterThan(1);
    for (String canary : canaries) {
      for (String form : forms(canary)) {
        assertThat(written).noneMatch(text -> text.contains(form));
      }
    }
  }

  private static List<String> forms(String canary) {
    byte[] bytes = canary.getBytes(StandardCharsets.UTF_8);
    return List.of(
        canary,
        URLEncoder.encode(canary, StandardCharsets.UTF_8),
        new QueryString().with("", canary).toString().substring(1),
        Base64.getEncoder().withoutPadding().encodeToString(bytes),
        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
        HexFormat.of().formatHex(bytes),
        HexFormat.of().withUpperCase().formatHex(bytes));
  }

  private String canary(@Nullable String secret) {
    canaries.add(String.valueOf(secret));
    return String.valueOf(secret);
  }

  private void see(@Nullable Object value) {
    written.add(String.valueOf(value));
    if (value instanceof OAuthToken token) {
      for (String secret :
          new @Nullable String[] {token.accessToken(), token.refreshToken(), token.sessionKey()}) {
        if (secret != null) {
          canaries.add(secret);
        }
      }
    } else if (value instanceof TokenNotSavedException e) {
      see(e.token());
    }
  }

  /** Runs a step that succeeds. */
  private <T> T run(Callable<T> step) throws Exception {
    T result = step.call();
    see(result);
    return result;
  }

  /** Runs a step that fails, and keeps all that an application could print of it. */
  private void fails(Class<? extends Throwable> how, Callable<?> step) {
    try {
      see(step.call());
    } catch (Throwable e) {
      assertThat(e).isInstanceOf(how);
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      written.add(trace.toString());
      see(e);
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        written.add(cause + " " + cause.getMessage() + " " + cause.getLocalizedMessage());
      }
      return;
    }
    throw new AssertionError("expected " + how);
  }

  private String code() {
    return canary(simulated.wechat.authorize(APPID, "band", "snsapi_userinfo"));
  }

  @Test
  void whenAllGoesWell() throws Exception {
    see(client);
    see(WeChatOAuth.builder(APPID, SECRET));
    run(() -> client.getAuthorizeURL("http://h/", "state", Scope.SNSAPI_USERINFO));
    String code = code();
    OAuthToken login = run(() -> client.getAccessToken(code));
    run(() -> client.getAccessToken(code));
    run(() -> client.getUserByCode(code()));
    run(() -> client.verifyToken(login.openid(), canary(login.accessToken())));
    simulated.passes(Duration.ofHours(3));
    run(() -> client.getUser(login.openid()));
    OAuthToken now = run(() -> client.getValidToken(login.openid()));
    simulated.wechat.killAccessToken(String.valueOf(now.accessToken()));
    run(() -> client.getUser(login.openid()));
    run(() -> client.refreshAccessToken(canary(now.refreshToken())));
    see(now.toBuilder());
    see(simulated.store);
    see(simulated.store.getToken(login.openid()));
  }

  @Test
  void whenWeChatRefuses() throws Exception {
    OAuthToken login = run(() -> client.getAccessToken(code()));
    String used = canary(simulated.wechat.authorize(APPID, "used", "snsapi_userinfo"));
    try (WeChatOAuth other =
        simulated.client(APPID, SECRET).store(new MemoryTokenStore()).build()) {
      run(() -> other.getAccessToken(used));
    }
    fails(CodeAlreadyUsedException.class, () -> client.getAccessToken(used));
    fails(
        ReauthorizationRequiredException.class,
        () -> client.getAccessToken(canary("c0de+no/such=code")));
    fails(
        ReauthorizationRequiredException.class,
        () -> client.refreshAccessToken(canary("59_n0+such/refresh=token")));
    run(() -> client.verifyToken(login.openid(), canary("59_n0+such/access=token")));
    for (int errcode : new int[] {-1, 45009, 40125, 48001}) {
      simulated.wechat.faults().addEverywhere(Fault.errcode(errcode));
      fails(WeChatOAuthException.class, () -> client.getAccessToken(code()));
      fails(WeChatOAuthException.class, () -> client.getUser(login.openid()));
      fails(
          WeChatOAuthException.class,
          () -> client.refreshAccessToken(canary(login.refreshToken())));
      simulated.wechat.faults().clear();
    }
    simulated.wechat.revoke(APPID, login.openid());
    simulated.passes(Duration.ofHours(3));
    fails(ReauthorizationRequiredException.class, () -> client.getUser(login.openid()));
    try (WeChatOAuth wrong = simulated.client(APPID, canary("wr0ng+secret/=")).build()) {
      fails(WeChatApiException.class, () -> wrong.getAccessToken(code()));
    }
  }

  @Test
  void whenWeChatDoesNotAnswer() throws Exception {
    try (WeChatOAuth hasty =
        simulated.client(APPID, SECRET).httpTimeout(Duration.ofMillis(300)).build()) {
      OAuthToken login = run(() -> client.getAccessToken(code()));
      simulated.passes(Duration.ofHours(3));
      for (Fault.Kind kind : Fault.Kind.values()) {
        if (kind == Fault.Kind.SLOW
            || kind == Fault.Kind.DATE_SKEW
            || kind == Fault.Kind.WRONG_CHARSET
            || kind == Fault.Kind.ERRCODE) {
          continue;
        }
        simulated.wechat.faults().addEverywhere(Fault.of(kind));
        fails(WeChatTransportException.class, () -> hasty.getAccessToken(code()));
        fails(WeChatTransportException.class, () -> hasty.getUser(login.openid()));
        fails(
            WeChatTransportException.class,
            () -> hasty.refreshAccessToken(canary(login.refreshToken())));
        fails(
            WeChatTransportException.class,
            () -> hasty.verifyToken(login.openid(), canary(login.accessToken())));
        simulated.wechat.faults().clear();
      }
    }
    simulated.wechat.close();
    fails(WeChatTransportException.class, () -> client.getAccessToken(canary("c0de+4711/canary=")));
  }

  @Test
  void whenWeChatEchoesWhatItWasSent() throws Exception {
    String said = "%2$s no %1$s";
    try (CannedServer server = new CannedServer();
        WeChatOAuth echoed =
            WeChatOAuth.builder(APPID, SECRET)
                .apiEndpoint(server.uri())
                .store(new MemoryTokenStore())
                .build()) {
      for (String token : List.of("59_ech0ed-token", "ech0+ed/token=")) {
        String encoded = new QueryString().with("", canary(token)).toString();
        String text = said.formatted(token, encoded) + SECRET;
        server.answersWith("{\"errcode\":-7,\"errmsg\":\"" + text.replace(SECRET, "") + "\"}");
        fails(WeChatApiException.class, () -> echoed.refreshAccessToken(token));
        fails(WeChatApiException.class, () -> echoed.verifyToken("OID", token));
        server.answersWith("{\"errcode\":-7,\"errmsg\":\"" + text + "\"}");
        fails(WeChatApiException.class, () -> echoed.getAccessToken(token));
        server.answersWith(text);
        fails(WeChatTransportException.class, () -> echoed.refreshAccessToken(token));
        server.answersWith("{\"openid\":\"" + token + "\",\"access_token\":\"" + token + "\"}");
        fails(WeChatTransportException.class, () -> echoed.refreshAccessToken(token));
        server.answersWith("502 Bad", "X-Echo: " + token, text);
        fails(WeChatTransportException.class, () -> echoed.refreshAccessToken(token));
      }
    }
  }

  /** Its own text is all that a hook adds; it knows to keep secrets out of that. */
  private static final class Broken extends Exception {
    Broken() {
      super("the disk is full");
    }
  }

  @Test
  void whenTheStoreFails() throws Exception {
    OAuthToken login = run(() -> client.getAccessToken(code()));
    try (WeChatOAuth unread =
            simulated
                .client(APPID, SECRET)
                .hooks(
                    openid -> {
                      throw new Broken();
                    },
                    (openid, token) -> {})
                .build();
        WeChatOAuth unwritten =
            simulated
                .client(APPID, SECRET)
                .hooks(
                    openid -> Optional.of(login),
                    (openid, token) -> {
                      throw new Broken();
                    })
                .build()) {
      fails(TokenStoreException.class, () -> unread.getUser(login.openid()));
      fails(TokenNotSavedException.class, () -> unread.getAccessToken(code()));
      fails(TokenNotSavedException.class, () -> unwritten.getUserByCode(code()));
      simulated.passes(Duration.ofHours(3));
      OAuthToken latest = run(() -> client.getAccessToken(code()));
      fails(
          TokenStoreException.class,
          () -> unread.refreshAccessToken(canary(latest.refreshToken())));
    }
    simulated.store.close();
    simulated.passes(Duration.ofHours(3));
    fails(TokenStoreException.class, () -> client.getUser(login.openid()));
    fails(TokenStoreException.class, () -> client.getAccessToken(code()));
  }

  @Test
  void whenAHookDoesNotTakeARefreshedToken() throws Exception {
    OAuthToken login = run(() -> client.getAccessToken(code()));
    try (WeChatOAuth unwritten =
        simulated
            .client(APPID, SECRET)
            .hooks(
                openid -> Optional.of(login),
                (openid, token) -> {
                  throw new Broken();
                })
            .build()) {
      simulated.passes(Duration.ofHours(3));
      run(() -> unwritten.getValidToken(login.openid()));
    }
    assertThat(log.lines()).anyMatch(line -> line.contains("the hooks did not take it"));
  }

  @Test
  void whenARecordCannotBeRead(@TempDir Path directory) throws Exception {
    canary("59_canary-in-a-record");
    try (WeChatOAuth files = simulated.client(APPID, SECRET).store("file:" + directory).build()) {
      for (String record :
          new String[] {
            "59_canary-in-a-record",
            "{\"access_token\":\"59_canary-in-a-record",
            "[\"59_canary-in-a-record\"]",
            "{\"openid\":\"59_canary-in-a-record\"}",
            "{\"openid\":\"OID\",\"access_token\":[\"59_canary-in-a-record\"]}",
            "{\"openid\":\"OID\",\"create_at\":\"59_canary-in-a-record\"}"
          }) {
        Files.writeString(directory.resolve("OID:access_token.txt"), record);
        fails(CorruptTokenException.class, () -> files.getUser("OID"));
      }
      fails(IllegalArgumentException.class, () -> OAuthToken.fromJson("59_canary-in-a-record"));
    }
  }

  @Test
  void whenInputIsBad() {
    canary("canary in the wrong place");
    fails(IllegalArgumentException.class, () -> client.getUser("canary in the wrong place"));
    fails(
        IllegalArgumentException.class,
        () -> client.verifyToken("canary in the wrong place", "AT"));
    fails(
        IllegalArgumentException.class, () -> client.getAuthorizeURL("canary in the wrong place"));
    fails(
        IllegalArgumentException.class,
        () -> client.getAuthorizeURL("http://h/", "canary in the wrong place".repeat(9)));
    fails(
        IllegalArgumentException.class,
        () -> WeChatOAuth.builder(APPID, SECRET).header("A", "canary in the wrong place\n"));
    fails(
        IllegalArgumentException.class,
        () -> WeChatOAuth.builder(APPID, SECRET).store("canary in the wrong place").build());
    fails(
        WeChatOAuthException.class,
        () -> client.decryptMiniProgramUser("canary in the wrong place", "x", "y"));
  }

  @Test
  void whenRecordsAreEncrypted() throws Exception {
    String key = canary("canary-of-a-key-that-has-32-byte");
    AesGcmTokenCipher cipher =
        AesGcmTokenCipher.builder("k1", key.getBytes(StandardCharsets.US_ASCII)).build();
    TokenStore view = TokenStores.encrypted(simulated.store, cipher);
    see(cipher);
    see(view);
    try (WeChatOAuth encrypted = simulated.client(APPID, SECRET).store(view).build()) {
      OAuthToken login = run(() -> encrypted.getAccessToken(code()));
      OAuthToken stored = simulated.store.getToken(login.openid()).orElseThrow();
      written.add(stored.toJson());
      simulated.store.saveToken(
          login.openid(), stored.toBuilder().refreshToken(stored.accessToken()).build());
      fails(CorruptTokenException.class, () -> encrypted.getUser(login.openid()));
    }
  }

  @Test
  void whenAStateIsNotToBeTrusted() {
    String state = canary(client.newState(canary("canary-of-a-session")));
    fails(InvalidStateException.class, () -> client.verifyState(state, "another", code()));
    fails(
        InvalidStateException.class,
        () -> client.verifyState(canary("canary-forged"), "canary-of-a-session", code()));
    client.verifyState(state, "canary-of-a-session", code());
    fails(
        InvalidStateException.class,
        () -> client.verifyState(state, "canary-of-a-session", code()));
  }

  @Test
  void whenACallbackIsHandled() throws Exception {
    String visitor = canary("canary-of-a-visitor");
    String state = canary(client.newState(visitor, "/orders"));
    String code = code();
    run(() -> client.handleCallback(code, state, visitor));
    run(() -> client.handleCallback(code, state, visitor));
    run(() -> client.handleCallback(code(), state, visitor));
    run(() -> client.handleCallback(null, state, visitor));
    run(() -> client.handleCallback(code(), canary("1canary-of-no-state"), visitor));
    simulated.wechat.faults().add(Endpoint.EXCHANGE, Fault.of(Fault.Kind.EMPTY_BODY));
    String next = canary(client.newState(visitor));
    String lost = code();
    run(() -> client.handleCallback(lost, next, visitor));
    run(() -> client.handleCallback(lost, next, visitor));
  }

  @Test
  void inAMiniProgram() throws Exception {
    SimulatorApp app = SimulatorApp.of("wxminicanary", SECRET, AppKind.MINI_PROGRAM);
    simulated.wechat.addApp(app);
    see(app);
    try (WeChatOAuth mini = simulated.client(app.appid(), SECRET).miniProgram(true).build()) {
      String code = canary(simulated.wechat.miniProgramLogin(app.appid(), "band"));
      OAuthToken session = run(() -> mini.getSessionKey(code));
      String key = canary(session.sessionKey());
      EncryptedData data =
          simulated.wechat.encrypt(app.appid(), key, "{\"phoneNumber\":\"+8613canary\"}");
      canary("+8613canary");
      run(() -> mini.getMiniProgramUserByCode(code, data.encryptedData(), data.iv()));
      run(() -> mini.decryptMiniProgramUser(key, data.encryptedData(), data.iv()));
      fails(
          WeChatOAuthException.class,
          () -> client.decryptMiniProgramUser(key, data.encryptedData(), data.iv()));
      fails(
          WeChatOAuthException.class, () -> mini.decryptMiniProgramUser(key, data.iv(), data.iv()));
      fails(ReauthorizationRequiredException.class, () -> mini.getUser(session.openid()));
      simulated.wechat.faults().add(Endpoint.JSCODE2SESSION, Fault.errcode(45011));
      fails(
          WeChatApiException.class,
          () -> mini.getSessionKey(canary(simulated.wechat.miniProgramLogin(app.appid(), "band"))));
    }
  }

  /** The one place where secrets are written, by the JDK itself, is pointed out. */
  @Test
  void whereTheJdkLogsUrlsWeWarn() throws Exception {
    run(() -> client.getAccessToken(code()));
    try (WeChatOAuth another = simulated.client(APPID, SECRET).build()) {
      see(another);
    }
    assertThat(log.lines())
        .anyMatch(
            line -> line.startsWith("WARN") && line.contains("jdk.internal.httpclient.debug"));
  }

  @Test
  void whenAnExchangeIsNotSavedTheExceptionHandsTheTokenOverAndDoesNotShowIt() throws IOException {
    fails(
        TokenNotSavedException.class,
        () -> {
          try (WeChatOAuth broken =
              simulated
                  .client(APPID, SECRET)
                  .hooks(
                      openid -> {
                        throw new Broken();
                      },
                      (openid, token) -> {})
                  .build()) {
            return broken.getAccessToken(code());
          }
        });
  }
}
