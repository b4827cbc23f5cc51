package io.github.wxtoken;

import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
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
 * stand under a prefix of its own, as {@link TokenStores#scoped} says. Apps and secrets may change
 * while the service runs: credentials are looked up again after a minute, and at once when WeChat
 * refuses a secret. After a new secret, sign-ins that are under way begin again. An app that is not
 * served any more is refused from then on, and its client is dropped. So is a client that nobody
 * has asked for for an hour, when another one is made. All methods are safe for use by many
 * threads.
 */
public class WeChatApps implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WeChatApps.class);

  /** Longer than any memory of a client counts, such as that of an exchanged code. */
  private static final Duration IDLE = Duration.ofHours(1);

  private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(1);

  private final ClientRuntime runtime;
  private final Function<String, @Nullable AppCredentials> credentials;
  private final boolean scoped;
  private final ConcurrentMap<String, Client> clients = new ConcurrentHashMap<>();
  private final AtomicReference<Instant> nextSweep = new AtomicReference<>(Instant.MIN);

  /** An app's client for its users, which has the other one, and what it was made with. */
  private record Client(ChangingCredentials credentials, WeChatOAuth oauth) {}

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
   *     it. It is called by many threads: at most about once a minute for each app that it serves,
   *     when WeChat refuses a secret, and at each call for an app that it does not serve. What it
   *     throws when an app is first used goes to the caller; later what is known stays in use
   * @return a builder
   */
  public static Builder builder(Function<String, @Nullable AppCredentials> credentials) {
    return new Builder(credentials);
  }

  /**
   * Returns the client for the users of an app. Its {@link WeChatOAuth#app()} is {@link #app}. To
   * close it does nothing. Ask for it each time rather than keep it: this is where the service
   * learns that an app has been removed, or has become of another kind.
   *
   * @param appid the app's id: 1 to 64 characters of {@code [A-Za-z0-9_-]}
   * @return the same object as long as the app is in use and of the same kind
   * @throws IllegalArgumentException if the appid has other characters, the service does not serve
   *     it, or its secret is certainly wrong
   */
  public WeChatOAuth get(String appid) {
    AppRecords.requireAppid(appid);
    runtime.requireOpen();
    Client client = clients.get(appid);
    if (client == null) {
      return create(appid);
    }
    Optional<AppCredentials> latest = client.credentials().latest();
    if (latest.filter(client.credentials()::areOfTheFirstKind).isPresent()) {
      return client.oauth();
    }
    clients.remove(appid, client);
    return create(appid);
  }

  /**
   * Returns the client of an app's own credentials. To close it does nothing. Ask for it each time,
   * as {@link #get} says.
   *
   * @param appid the app's id, as {@link #get} takes it
   * @return the same object as long as the app is in use and of the same kind
   * @throws IllegalArgumentException as {@link #get} throws it
   */
  public WeChatApp app(String appid) {
    return get(appid).app();
  }

  /** Looks the credentials up without a lock, since that may take a database's time. */
  private WeChatOAuth create(String appid) {
    AppCredentials found = lookUp(appid).orElseThrow(() -> notServed(appid));
    dropIdle();
    Client mine = client(appid, found);
    Client others = clients.putIfAbsent(appid, mine);
    if (others == null) {
      log.debug("Serves app {}", appid);
      return mine.oauth();
    }
    return others.oauth();
  }

  private Client client(String appid, AppCredentials found) {
    ChangingCredentials credentials =
        new ChangingCredentials(appid, found, () -> lookUp(appid), runtime.clock());
    TokenStore store = scoped ? TokenStores.scoped(runtime.store(), appid) : runtime.store();
    AppContext context = new AppContext(appid, credentials, runtime, store);
    return new Client(
        credentials, new WeChatOAuth(context, found.isMiniProgram(), found.tokenMode(), false));
  }

  private Optional<AppCredentials> lookUp(String appid) {
    AppCredentials found = credentials.apply(appid);
    if (found != null) {
      Credentials.require(appid, found.secret());
    }
    return Optional.ofNullable(found);
  }

  private static IllegalArgumentException notServed(String appid) {
    return new IllegalArgumentException(
        "the app "
            + appid
            + " is not served: the function of the builder returned null. Check the appid, and"
            + " that the application knows its credentials");
  }

  /** Keeps the clients of apps that come and go from growing in number. */
  private void dropIdle() {
    Instant now = runtime.clock().instant();
    Instant due = nextSweep.get();
    // Not for each new client, since it looks at all of them.
    if (!now.isBefore(due) && nextSweep.compareAndSet(due, now.plus(BETWEEN_SWEEPS))) {
      clients.values().removeIf(client -> client.credentials().areUnusedFor(IDLE));
    }
  }

  /** Returns the number of apps that have a client. */
  int size() {
    return clients.size();
  }

  /**
   * Forgets the client of an app that is not served any more, without waiting for the minute after
   * which the service learns of it. What the app has stored stays. A token that the store has not
   * taken yet is still saved. A client that you have kept goes on as it is.
   *
   * @param appid the app's id
   */
  public void forget(String appid) {
    clients.remove(AppRecords.requireAppid(appid));
  }

  /**
   * Lets calls to WeChat that are under way finish, closes all clients, and closes the store if it
   * was opened here.
   */
  @Override
  public void close() {
    if (runtime.close()) {
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
