package io.github.wxtoken;

import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients of many apps in one service: official accounts, mini programs and websites, whose
 * secrets the application looks up, for example in its database.
 *
 * <pre>{@code
 * WeChatApps apps =
 *     WeChatApps.builder(appid -> accounts.find(appid).map(a -> AppCredentials.of(a.secret())).orElse(null))
 *         .store("jdbc:mysql://…")
 *         .build();
 * WeChatOAuth oauth = apps.get(appid);
 * AppAccessToken token = apps.app(appid).getAccessToken();
 * }</pre>
 *
 * <p>All apps share one store, one HTTP client and one set of threads. The records of each app
 * stand under a prefix of its own, as {@link TokenStores#scoped} says. A secret may change while
 * the service runs: it is looked up again after a minute, and at once when WeChat refuses it. Then
 * sign-ins that are under way begin again. All methods are safe for use by many threads.
 */
public class WeChatApps implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WeChatApps.class);

  private final ClientRuntime runtime;
  private final Function<String, @Nullable AppCredentials> credentials;
  private final boolean scoped;
  private final ConcurrentMap<String, Client> clients = new ConcurrentHashMap<>();

  /** The two clients of an app, and the parts that they share. */
  private record Client(AppContext context, WeChatOAuth oauth) {}

  private WeChatApps(Builder from) {
    runtime = new ClientRuntime(from);
    credentials = from.credentials;
    scoped = from.scoped;
    ClientLog.startedApps(runtime.apiEndpoint(), runtime.store());
  }

  /**
   * Starts a service of many apps.
   *
   * @param credentials returns the credentials of an appid, or null if the service does not serve
   *     it. It is called by many threads, at most about once a minute for each app and when WeChat
   *     refuses a secret. What it throws when an app is first used goes to the caller; later the
   *     known secret stays in use
   * @return a builder
   */
  public static Builder builder(Function<String, @Nullable AppCredentials> credentials) {
    return new Builder(credentials);
  }

  /**
   * Returns the client for the users of an app. Its {@link WeChatOAuth#app()} is {@link #app}. To
   * close it does nothing.
   *
   * @param appid the app's id: 1 to 64 characters of {@code [A-Za-z0-9_-]}
   * @return the same object each time
   * @throws IllegalArgumentException if the appid has other characters, the service does not serve
   *     it, or its secret is certainly wrong
   */
  public WeChatOAuth get(String appid) {
    AppRecords.requireAppid(appid);
    runtime.requireOpen();
    Client client = clients.get(appid);
    return client == null ? create(appid) : client.oauth();
  }

  /**
   * Returns the client of an app's own credentials. To close it does nothing.
   *
   * @param appid the app's id, as {@link #get} takes it
   * @return the same object each time
   * @throws IllegalArgumentException as {@link #get} throws it
   */
  public WeChatApp app(String appid) {
    return get(appid).app();
  }

  /** Looks the credentials up without a lock, since that may take a database's time. */
  private WeChatOAuth create(String appid) {
    AppCredentials found = lookUp(appid);
    AppSecret secret =
        new ChangingSecret(appid, found.secret(), () -> lookUp(appid).secret(), runtime.clock());
    TokenStore store = scoped ? TokenStores.scoped(runtime.store(), appid) : runtime.store();
    AppContext context = new AppContext(appid, secret, runtime, store);
    Client mine =
        new Client(
            context, new WeChatOAuth(context, found.isMiniProgram(), found.tokenMode(), false));
    Client others = clients.putIfAbsent(appid, mine);
    if (others == null) {
      log.debug("Serves app {}", appid);
      return mine.oauth();
    }
    return others.oauth();
  }

  private AppCredentials lookUp(String appid) {
    AppCredentials found = credentials.apply(appid);
    if (found == null) {
      throw new IllegalArgumentException(
          "the app "
              + appid
              + " is not served: the function of the builder returned null. Check the appid, and"
              + " that the application knows its credentials");
    }
    Credentials.require(appid, found.secret());
    return found;
  }

  /**
   * Forgets the client of an app that is not served any more, or whose kind has changed. What it
   * has stored stays.
   *
   * @param appid the app's id
   */
  public void forget(String appid) {
    Client client = clients.get(AppRecords.requireAppid(appid));
    // A client with tokens to save goes on until they are saved.
    if (client != null && client.context().unsaved().isEmpty()) {
      clients.remove(appid, client);
    }
  }

  /**
   * Lets calls to WeChat that are under way finish, closes all clients, and closes the store if it
   * was opened here.
   */
  @Override
  public void close() {
    List<UnsavedTokens> unsaved =
        clients.values().stream().map(client -> client.context().unsaved()).toList();
    if (runtime.close(unsaved)) {
      ClientLog.closedApps(clients.size(), runtime.ownsStore());
    }
  }

  /** Builds a service of many apps. Not safe for use by several threads. */
  public static final class Builder extends ClientBuilder<Builder> {
    private final Function<String, @Nullable AppCredentials> credentials;
    private boolean scoped = true;

    private Builder(Function<String, @Nullable AppCredentials> credentials) {
      this.credentials = Arguments.requireGiven("credentials", credentials);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Says whether the records of each app stand under a prefix of its own. Without it, the service
     * shares the records of a {@link WeChatOAuth} that uses the same store, and of a Node process.
     * WeChat's openids differ from app to app.
     *
     * @param scoped true by default
     * @return this
     */
    public Builder scopedRecords(boolean scoped) {
      this.scoped = scoped;
      return this;
    }

    /**
     * Sends users to this server instead of {@code https://open.weixin.qq.com}.
     *
     * @param endpoint an http or https URL without a path
     * @return this
     * @throws IllegalArgumentException if it is not
     */
    public Builder openEndpoint(URI endpoint) {
      openEndpoint = Arguments.requireEndpoint("openEndpoint", endpoint);
      return this;
    }

    /**
     * Builds the service, and opens its store if a URL was given.
     *
     * @return the service
     * @throws IllegalArgumentException if times do not fit together, or the store's URL is wrong
     * @throws TokenStoreException if the store cannot be reached or used
     */
    public WeChatApps build() {
      return new WeChatApps(this);
    }
  }
}
