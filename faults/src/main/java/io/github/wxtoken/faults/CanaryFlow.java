package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.CodeAlreadyUsedException;
import io.github.wxtoken.InvalidStateException;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.ReauthorizationRequiredException;
import io.github.wxtoken.Scope;
import io.github.wxtoken.TokenNotSavedException;
import io.github.wxtoken.WeChatApiException;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.WeChatOAuthException;
import io.github.wxtoken.faults.Canaries.Canary;
import io.github.wxtoken.faults.Canaries.Kind;
import io.github.wxtoken.simulator.AppKind;
import io.github.wxtoken.simulator.EncryptedData;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.SimulatorApp;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.AesGcmTokenCipher;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.EncryptedTokenStore;
import io.github.wxtoken.store.Reencryption;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * An application's calls of a store, both successful and failing. Everything that it creates,
 * receives and catches is kept as the text that it would print.
 */
final class CanaryFlow {
  private static final String APPID = "wxcanary";
  private static final String MINI_PROGRAM = "wxminicanary";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final CanaryContract contract;
  private final String name;
  private final boolean encrypted;
  private final Canaries canaries;
  private final List<String> shown = new ArrayList<>();
  private final String secret;
  private final WeChatSimulator weChat;

  /**
   * Prepares a flow.
   *
   * @param name the name of the store, and of the user who signs in
   * @param encrypted whether the application encrypts
   */
  CanaryFlow(CanaryContract contract, String name, boolean encrypted, Canaries canaries) {
    this.contract = contract;
    this.name = name;
    this.encrypted = encrypted;
    this.canaries = canaries;
    secret = canary(Kind.APP_SECRET, "+/=" + text(32));
    weChat =
        WeChatSimulator.builder()
            .app(SimulatorApp.of(APPID, secret, AppKind.SERVICE_ACCOUNT).withUnionid(true))
            .app(SimulatorApp.of(MINI_PROGRAM, secret, AppKind.MINI_PROGRAM))
            .start();
    canary(Kind.OPENID, openid());
  }

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  /** Returns Base64, which has characters that change in a URL. */
  private static String text(int bytes) {
    return Base64.getEncoder().encodeToString(random(bytes));
  }

  /** Returns the texts that an application could print. */
  List<String> shown() {
    return shown;
  }

  void run(String url, String password) throws Exception {
    canary(Kind.PASSWORD, password);
    byte[] oldKey = key();
    byte[] newKey = key();
    try (weChat;
        TokenStore raw = TokenStores.open(url)) {
      shows(raw);
      TokenStore store =
          encrypted ? view(raw, AesGcmTokenCipher.builder("k1", oldKey).build()) : raw;
      use(raw, store);
      if (encrypted) {
        reencrypt(
            view(raw, AesGcmTokenCipher.builder("k2", newKey).decryptionKey("k1", oldKey).build()));
      }
    }
    if (url.contains(password)) {
      String wrong = canary(Kind.PASSWORD, new StringBuilder(password).reverse().toString());
      fails(TokenStoreException.class, () -> TokenStores.open(url.replace(password, wrong)));
    }
  }

  private byte[] key() {
    byte[] key = random(32);
    canaries.add(new Canary(name, Kind.CIPHER_KEY), key);
    return key;
  }

  private EncryptedTokenStore view(TokenStore raw, AesGcmTokenCipher cipher) {
    shows(cipher);
    EncryptedTokenStore view = TokenStores.encrypted(raw, cipher);
    shows(view);
    return view;
  }

  private void use(TokenStore raw, TokenStore store) throws Exception {
    shows(client(APPID, store));
    try (WeChatOAuth client = client(APPID, store).build();
        WeChatOAuth peer = client(APPID, store).build();
        WeChatOAuth mini = client(MINI_PROGRAM, store).miniProgram(true).build()) {
      shows(client);
      signIn(client, peer);
      refresh(client);
      isRefused(client);
      miniProgram(mini);
      storeTakesNothing(client, store);
      recordIsCorrupt(client, raw);
    }
  }

  private WeChatOAuth.Builder client(String appid, TokenStore store) {
    return WeChatOAuth.builder(appid, secret)
        .apiEndpoint(weChat.uri())
        .openEndpoint(weChat.uri())
        .clock(weChat.clock())
        .store(store);
  }

  private void signIn(WeChatOAuth client, WeChatOAuth peer) throws Exception {
    String session = canary(Kind.SESSION, text(24));
    String state = client.newState(session, "/orders/7");
    shows(client.getAuthorizeURL("https://example.com/", state, Scope.SNSAPI_USERINFO));
    String code = code(name);
    shows(client.verifyState(state, session, code));
    fails(InvalidStateException.class, () -> client.verifyState(state, session, code(name)));
    fails(InvalidStateException.class, () -> client.verifyState(state, "another", code));
    shows(client.handleCallback(code, state, session));
    shows(client.handleCallback(code(name), state, session));
    shows(client.getUserByCode(code));
    shows(client.getAccessToken(code));
    fails(CodeAlreadyUsedException.class, () -> peer.getAccessToken(code));
  }

  private void refresh(WeChatOAuth client) throws Exception {
    weChat.clock().advance(Duration.ofHours(3));
    shows(client.getUser(openid()));
    OAuthToken token = shows(client.getValidToken(openid()));
    shows(token.toBuilder());
    weChat.killAccessToken(String.valueOf(token.accessToken()));
    shows(client.getUser(openid()));
    token = shows(client.getValidToken(openid()));
    shows(client.verifyToken(openid(), String.valueOf(token.accessToken())));
    shows(client.refreshAccessToken(String.valueOf(token.refreshToken())));
  }

  private void isRefused(WeChatOAuth client) {
    fails(
        ReauthorizationRequiredException.class,
        () -> client.getAccessToken(canary(Kind.CODE, "+/=" + text(24))));
    weChat.faults().addEverywhere(Fault.errcode(48001));
    fails(WeChatApiException.class, () -> client.getUser(openid()));
    fails(WeChatApiException.class, () -> client.getAccessToken(code(name)));
    weChat.faults().clear();
  }

  private void miniProgram(WeChatOAuth mini) throws Exception {
    String code = canary(Kind.CODE, weChat.miniProgramLogin(MINI_PROGRAM, name));
    OAuthToken session = shows(mini.getSessionKey(code));
    String key = String.valueOf(session.sessionKey());
    EncryptedData data = weChat.encrypt(MINI_PROGRAM, key, "{\"phoneNumber\":\"1\"}");
    shows(mini.decryptMiniProgramUser(key, data.encryptedData(), data.iv()));
    fails(WeChatOAuthException.class, () -> mini.decryptMiniProgramUser(key, data.iv(), data.iv()));
  }

  private void storeTakesNothing(WeChatOAuth client, TokenStore store) throws Exception {
    String other = weChat.openid(APPID, name + " 2");
    OAuthToken stored = shows(client.getAccessToken(code(name + " 3")));
    weChat.clock().advance(Duration.ofHours(3));
    contract.refuseWrites(name, other);
    try {
      fails(TokenNotSavedException.class, () -> client.getAccessToken(code(name + " 2")));
      // WeChat grants another token, which waits to be saved, unless the store also fails to read.
      tries(() -> client.getValidToken(stored.openid()));
      fails(
          TokenStoreException.class,
          () -> {
            store.saveToken(other, stored.toBuilder().openid(other).build());
            return store;
          });
    } finally {
      contract.takeWrites(name, other);
    }
  }

  private void recordIsCorrupt(WeChatOAuth client, TokenStore raw) throws Exception {
    OAuthToken stored = raw.getToken(openid()).orElseThrow();
    if (encrypted) {
      raw.saveToken(openid(), stored.toBuilder().refreshToken(stored.accessToken()).build());
    } else {
      contract.plantCorrupt(name, openid(), canary(Kind.CORRUPT_RECORD, text(30)));
    }
    fails(CorruptTokenException.class, () -> client.getUser(openid()));
    raw.saveToken(openid(), stored);
  }

  private void reencrypt(EncryptedTokenStore view) {
    Reencryption done = shows(view.reencrypt(this::shows));
    assertThat(done.isComplete()).isTrue();
    view.tokens().forEach(this::shows);
  }

  private String openid() {
    return weChat.openid(APPID, name);
  }

  private String code(String user) {
    return canary(Kind.CODE, weChat.authorize(APPID, user, "snsapi_userinfo"));
  }

  private String canary(Kind kind, String text) {
    canaries.add(new Canary(name, kind), text);
    return text;
  }

  private <T> T shows(T value) {
    shown.add(String.valueOf(value));
    if (value instanceof OAuthToken token) {
      add(Kind.ACCESS_TOKEN, token.accessToken());
      add(Kind.REFRESH_TOKEN, token.refreshToken());
      if (token.sessionKey() != null) {
        add(Kind.SESSION_KEY, token.sessionKey());
        byte[] key = Base64.getDecoder().decode(token.sessionKey());
        canaries.add(new Canary(name, Kind.SESSION_KEY), key);
      }
    }
    return value;
  }

  private void add(Kind kind, @Nullable String text) {
    if (text != null) {
      canary(kind, text);
    }
  }

  private void tries(Callable<OAuthToken> step) throws Exception {
    try {
      shows(step.call());
    } catch (TokenStoreException e) {
      caught(e);
    }
  }

  private void fails(Class<? extends Throwable> how, Callable<?> step) {
    Throwable thrown = catchThrowable(step::call);
    assertThat(thrown).isInstanceOf(how);
    caught(thrown);
  }

  private void caught(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    shown.add(trace.toString());
    if (thrown instanceof TokenNotSavedException e) {
      shows(e.token());
    }
  }
}
