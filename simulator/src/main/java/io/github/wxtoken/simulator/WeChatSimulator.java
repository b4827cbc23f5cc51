package io.github.wxtoken.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A WeChat on localhost. {@code WeChatSimulator.start()} is one that knows the service account
 * {@value #APPID} with the secret {@value #SECRET}.
 *
 * <p>It serves the endpoints of both of WeChat's hosts under {@link #uri()}, and what its methods
 * do under {@code /simulator/}, for tests whose clients run in other processes. Protocol time is
 * the time of {@link #clock()}; no call waits for it. Everything is thread-safe.
 */
public final class WeChatSimulator implements AutoCloseable {
  /** The app that is there unless the builder is given others. */
  public static final String APPID = "wxsimulator";

  /** The secret of {@link #APPID}. */
  public static final String SECRET = "secret";

  private final State state;
  private final HttpListener listener;
  private final URI uri;

  private WeChatSimulator(Builder builder) {
    state = new State();
    builder.apps.forEach(state.directory::add);
    try {
      Front front = new Front(state, new Admin(this, state));
      listener = new HttpListener(builder.host, builder.port, front, state.faults, state.clock);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot listen on " + builder.host + ":" + builder.port + ": " + e.getMessage(), e);
    }
    String host = builder.host.contains(":") ? "[" + builder.host + "]" : builder.host;
    uri = URI.create("http://" + host + ":" + listener.port());
  }

  /**
   * Starts a simulator on a free port of 127.0.0.1.
   *
   * @return the running simulator; close it
   */
  public static WeChatSimulator start() {
    return builder().start();
  }

  /**
   * Returns a builder for a simulator with another host, port or apps.
   *
   * @return a builder for a simulator like that of {@link #start()}
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Decides where a simulator listens and which apps it knows. */
  public static final class Builder {
    private final List<SimulatorApp> apps = new ArrayList<>();
    private String host = "127.0.0.1";
    private int port;

    private Builder() {}

    /**
     * Sets the address to listen on; 127.0.0.1 by default. There is no authentication, so listen
     * beyond the loopback interface only in a trusted network.
     *
     * @param address a name or number of this machine
     * @return this
     */
    public Builder host(String address) {
      host = address;
      return this;
    }

    /**
     * Sets the port to listen on; a free one by default.
     *
     * @param number 0 for a free one
     * @return this
     */
    public Builder port(int number) {
      port = number;
      return this;
    }

    /**
     * Adds an app that is known from the start, instead of {@link #APPID}.
     *
     * @param app the app; call again for more
     * @return this
     */
    public Builder app(SimulatorApp app) {
      apps.add(app);
      return this;
    }

    /**
     * Starts the simulator.
     *
     * @return the running simulator; close it
     * @throws UncheckedIOException if it cannot listen there
     */
    public WeChatSimulator start() {
      if (apps.isEmpty()) {
        apps.add(SimulatorApp.of(APPID, SECRET, AppKind.SERVICE_ACCOUNT));
      }
      WeChatSimulator simulator = new WeChatSimulator(this);
      simulator.listener.start();
      return simulator;
    }
  }

  /**
   * Returns the port that the simulator listens on.
   *
   * @return the port
   */
  public int port() {
    return listener.port();
  }

  /**
   * Returns the base address that clients use instead of {@code https://api.weixin.qq.com} and
   * {@code https://open.weixin.qq.com}.
   *
   * @return such as {@code http://127.0.0.1:40123}, without a slash at the end
   */
  public URI uri() {
    return uri;
  }

  /**
   * Returns the clock of this WeChat.
   *
   * @return the clock, which tests may also give to their clients
   */
  public SimulatorClock clock() {
    return state.clock;
  }

  /**
   * Returns the counters of the calls.
   *
   * @return live counters
   */
  public Counters counters() {
    return state.counters;
  }

  /**
   * Returns the faults and gates.
   *
   * @return the faults and gates
   */
  public Faults faults() {
    return state.faults;
  }

  /**
   * Returns the switches for behaviour in which WeChat varies.
   *
   * @return the switches
   */
  public Behaviour behaviour() {
    return state.behaviour;
  }

  /**
   * Returns the limits of calls.
   *
   * @return the limits
   */
  public Quotas quotas() {
    return state.quotas;
  }

  /**
   * Returns a known app.
   *
   * @param appid its appid
   * @return the app
   * @throws IllegalArgumentException if there is none
   */
  public SimulatorApp app(String appid) {
    return state.directory.app(appid);
  }

  /**
   * Makes an app known, or changes the one with the same appid.
   *
   * @param app the app
   */
  public void addApp(SimulatorApp app) {
    state.directory.add(app);
  }

  /**
   * Returns the openid of a user: the same in every simulator, different in every app.
   *
   * @param appid the app
   * @param user any name
   * @return 28 characters
   */
  public String openid(String appid, String user) {
    return state.directory.user(appid, user).openid();
  }

  /**
   * Returns the unionid of a user: the same in all apps.
   *
   * @param user any name
   * @return 28 characters
   */
  public String unionid(String user) {
    return Names.unionid(user);
  }

  /**
   * Simulates a user who consents, without a browser. The user need not exist before.
   *
   * @param appid a service account, website or mobile app
   * @param openidOrUser an openid of this app that was given out, or any name
   * @param scope one that the app's kind may ask for
   * @return a fresh code for {@link Endpoint#EXCHANGE}
   */
  public String authorize(String appid, String openidOrUser, String scope) {
    SimulatorApp app = app(appid);
    Scope asked = new Scope(scope);
    if (!app.kind().allows(asked)) {
      throw new IllegalArgumentException(app + " may not ask for " + scope);
    }
    Directory.User user = state.directory.user(appid, openidOrUser);
    return state.codes.issue(app, user, asked, state.clock.instant());
  }

  /**
   * Simulates a user who gets a snapshot page, without a browser
   * (docs/wechat-protocol.md#snapshot-users).
   *
   * @param appid a service account
   * @return a fresh code of a made-up user
   */
  public String authorizeSnapshot(String appid) {
    Directory.User user = state.directory.snapshotUser(appid);
    Scope scope = new Scope("snsapi_userinfo");
    return state.codes.issue(app(appid), user, scope, state.clock.instant());
  }

  /**
   * Simulates a user who opens a mini program, which calls {@code wx.login}.
   *
   * @param appid a mini program
   * @param user an openid of this app that was given out, or any name
   * @return a fresh js_code for {@link Endpoint#JSCODE2SESSION}
   */
  public String miniProgramLogin(String appid, String user) {
    SimulatorApp app = miniProgram(appid);
    Directory.User known = state.directory.user(appid, user);
    return state.codes.issue(app, known, null, state.clock.instant());
  }

  /**
   * Simulates a user of a mini program who presses the button that asks for the phone number
   * (docs/wechat-protocol.md#phone-number).
   *
   * @param appid a mini program
   * @param user an openid of this app that was given out, or any name
   * @param countryCode digits, such as {@code 86}
   * @param number digits, without the country code
   * @return a fresh code for {@link Endpoint#PHONE_NUMBER}
   */
  public String phoneNumberCode(String appid, String user, String countryCode, String number) {
    SimulatorApp app = miniProgram(appid);
    PhoneNumber phone = new PhoneNumber(countryCode, number);
    return state.phoneCodes.issue(app, state.directory.user(appid, user), phone);
  }

  private SimulatorApp miniProgram(String appid) {
    SimulatorApp app = app(appid);
    if (app.kind() != AppKind.MINI_PROGRAM) {
      throw new IllegalArgumentException(app + " is not a mini program");
    }
    return app;
  }

  /**
   * Encrypts the data that a device sends, with a watermark of the app and the simulator's time.
   *
   * @param appid the app of the watermark
   * @param sessionKey a session key
   * @param json a JSON object without watermark
   * @return what the device hands to the server
   */
  public EncryptedData encrypt(String appid, String sessionKey, String json) {
    boolean empty = Json.readFlat(json).isEmpty();
    String members = json.strip().substring(0, json.strip().length() - 1);
    String watermark =
        "\"watermark\":{\"timestamp\":"
            + state.clock.instant().getEpochSecond()
            + ",\"appid\":\""
            + app(appid).appid()
            + "\"}}";
    String iv = Base64.getEncoder().encodeToString(Names.random(16));
    return EncryptedData.of(sessionKey, iv, members + (empty ? "" : ",") + watermark);
  }

  /**
   * Kills an access token alone, a user's or a global one: it gives 40001 from now on, and a
   * refresh of a user's makes a new one.
   *
   * @param accessToken the token
   * @throws IllegalArgumentException if it was never issued
   */
  public void killAccessToken(String accessToken) {
    if (!state.grants.kill(accessToken) && !state.globalTokens.kill(accessToken)) {
      throw new IllegalArgumentException("no such access token");
    }
  }

  /**
   * Kills all tokens of an app, such as a reset of the secret does: they give 40001 from now on,
   * and the next fetch makes a new one.
   *
   * @param appid the app
   */
  public void killAppTokens(String appid) {
    state.globalTokens.killAllOf(app(appid));
  }

  /**
   * The user takes back what was granted to an app: access tokens give 40001, refreshes 40030.
   *
   * @param appid the app
   * @param user a name or openid
   */
  public void revoke(String appid, String user) {
    state.grants.end(state.directory.user(appid, user).openid(), 40030);
  }

  /**
   * The user changes the password: both tokens of the app's grants give 42007.
   *
   * @param appid the app
   * @param user a name or openid
   */
  public void changePassword(String appid, String user) {
    state.grants.end(state.directory.user(appid, user).openid(), 42007);
  }

  /** Ends all calls, the hanging ones too, and frees the port. */
  @Override
  public void close() {
    // In this order: what the gates and delays let go must not reach anyone any more.
    listener.close();
    state.faults.close();
  }
}
