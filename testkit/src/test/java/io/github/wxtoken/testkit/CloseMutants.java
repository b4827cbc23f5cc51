package io.github.wxtoken.testkit;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStoreException;
import java.util.List;
import java.util.Optional;

/** Stores that are not closed when they are, or close too much. */
final class CloseMutants {
  static final List<Mutant> ALL =
      List.of(
          Mutant.of(
              "answers after it is closed",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    void requireOpen() {}
                  },
              "Close.aClosedStoreAnswersNothing",
              "Close.aClosedStoreTakesNothing",
              "Close.aClosedStoreGrantsNoLease"),
          Mutant.of(
              "answers a ping after it is closed",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public void ping() {}
                  },
              "Ping.aClosedStoreAnswersNoPing"),
          Mutant.of(
              "leaves a record of a ping",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public void ping() {
                      saveToken("oPing", Tokens.token("oPing"));
                    }
                  },
              "Ping.aPingChangesNothing"),
          Mutant.of(
              "finds nothing after it is closed",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public Optional<OAuthToken> getToken(String openid) {
                      try {
                        return super.getToken(openid);
                      } catch (CorruptTokenException e) {
                        throw e;
                      } catch (TokenStoreException e) {
                        return Optional.empty();
                      }
                    }
                  },
              "Close.aClosedStoreAnswersNothing"),
          Mutant.of(
              "shows the token that came too late",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public void saveToken(String openid, OAuthToken token) {
                      try {
                        super.saveToken(openid, token);
                      } catch (TokenStoreException e) {
                        throw new TokenStoreException("not saved: " + token.toJson(), e);
                      }
                    }
                  },
              "Secrets.aClosedStoreShowsNoToken"),
          Mutant.of(
              "cannot be closed twice",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public void close() {
                      requireOpen();
                      super.close();
                    }
                  },
              "Close.aStoreMayBeClosedTwice"),
          Mutant.of(
              "forgets its tokens when it is closed",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public void close() {
                      super.close();
                      data.records().clear();
                    }
                  },
              "Close.closingOneHandleLeavesTheOthersOpen",
              "Close.tokensOutliveTheHandleThatSavedThem"));

  private CloseMutants() {}
}
