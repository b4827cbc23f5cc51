package io.github.wxtoken.faults;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.TokenStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A sign-in that stops before and after each read of the store, and before each write. The exchange
 * of the code, each read, each call to WeChat and each write are then separate steps. It is the
 * store of the client that signs in, which does nothing else meanwhile.
 */
final class SteppedLogin implements TokenStore {
  private final TokenStore store;
  private final Semaphore go = new Semaphore(0);
  private final Semaphore stopped = new Semaphore(0);
  private volatile CompletableFuture<OAuthToken> login = new CompletableFuture<>();

  SteppedLogin(TokenStore store) {
    this.store = store;
  }

  /** Starts the sign-in by this code, which runs from the first step. */
  void begin(WeChatOAuth client, String code) {
    login = new CompletableFuture<>();
    CompletableFuture<OAuthToken> result = login;
    Thread thread =
        new Thread(
            () -> {
              go.acquireUninterruptibly();
              try {
                result.complete(client.getAccessToken(code));
              } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
              }
              stopped.release();
            });
    thread.setDaemon(true);
    thread.start();
  }

  /** Continues until the next stop, or the end. */
  void step() throws InterruptedException {
    go.release();
    if (!stopped.tryAcquire(1, TimeUnit.MINUTES)) {
      throw new IllegalStateException("a login neither stopped nor ended");
    }
  }

  boolean isDone() {
    return login.isDone();
  }

  OAuthToken result() {
    return login.join();
  }

  private void stop() {
    stopped.release();
    go.acquireUninterruptibly();
  }

  @Override
  public Optional<OAuthToken> getToken(String openid) {
    stop();
    Optional<OAuthToken> token = store.getToken(openid);
    stop();
    return token;
  }

  @Override
  public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
    stop();
    return store.saveTokenIfAbsent(openid, token);
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    stop();
    return store.replaceToken(openid, expected, token);
  }

  @Override
  public Optional<Lease> tryLease(String name, Duration atMost) {
    return store.tryLease(name, atMost);
  }

  @Override
  public void saveToken(String openid, OAuthToken token) {
    throw new UnsupportedOperationException("no login writes blindly");
  }

  @Override
  public boolean deleteToken(String openid) {
    throw new UnsupportedOperationException("no login deletes");
  }

  @Override
  public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
    throw new UnsupportedOperationException("no login lists");
  }

  @Override
  public void close() {
    store.close();
  }
}
