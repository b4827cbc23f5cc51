package io.github.wxtoken;

import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.RedactedException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Two hooks as a store. Compare-and-set is read, compare, save, which is not atomic, and every
 * lease is granted.
 *
 * <p>What the getToken hook throws unchecked goes to the caller as it is: it is the application's
 * own. All else becomes the cause of an exception of ours, which is logged and shared between
 * callers, and so is reduced to its type and stack.
 */
final class HookTokenStore implements TokenStore {
  private final TokenReader reader;
  private final TokenWriter writer;

  HookTokenStore(TokenReader reader, TokenWriter writer) {
    this.reader = reader;
    this.writer = writer;
  }

  @Override
  @SuppressWarnings({"OptionalAssignedToNull", "NullAway"}) // a hook may: null means empty
  public Optional<OAuthToken> getToken(String openid) {
    TokenStores.requireOpenid(openid);
    Optional<OAuthToken> token;
    try {
      token = reader.getToken(openid);
    } catch (Exception e) {
      if (e instanceof RuntimeException unchecked && !(e instanceof IllegalArgumentException)) {
        throw unchecked;
      }
      // From a store, an IllegalArgumentException would say that it refuses its argument.
      throw failed("getToken", openid, e);
    }
    if (token == null) {
      return Optional.empty();
    }
    if (token.isPresent() && !token.get().openid().equals(openid)) {
      throw new CorruptTokenException(openid, "the getToken hook returned another openid's");
    }
    return token;
  }

  @Override
  public void saveToken(String openid, OAuthToken token) {
    TokenStores.requireToken(openid, token);
    try {
      writer.saveToken(openid, token);
    } catch (WeChatOAuthException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(said("saveToken", openid, e), RedactedException.of(e));
    } catch (Exception e) {
      throw failed("saveToken", openid, e);
    }
  }

  @Override
  public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
    if (getToken(openid).isPresent()) {
      return false;
    }
    saveToken(openid, token);
    return true;
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    if (getToken(openid).filter(expected::sameGrant).isEmpty()) {
      return false;
    }
    saveToken(openid, token);
    return true;
  }

  @Override
  public boolean deleteToken(String openid) {
    throw new UnsupportedOperationException("there is no hook that deletes");
  }

  @Override
  public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
    throw new UnsupportedOperationException("there is no hook that lists");
  }

  /** Asks the getToken hook for an openid that nobody has. */
  @Override
  public void ping() {
    try {
      TokenStore.super.ping();
    } catch (WeChatOAuthException e) {
      throw e;
    } catch (RuntimeException e) {
      throw failed("getToken", "an openid that nobody has", e);
    }
  }

  @Override
  public String description() {
    return "two functions of the application";
  }

  @Override
  public void close() {}

  private static TokenStoreException failed(String hook, String openid, Exception e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return new TokenStoreException(said(hook, openid, e), RedactedException.of(e));
  }

  private static String said(String hook, String openid, Exception e) {
    return "the hook " + hook + " failed for " + openid + ": " + e.getClass().getName();
  }
}
