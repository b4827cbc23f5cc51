package io.github.wxtoken.testkit;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStores;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Stores that insert several tokens wrongly. */
final class SaveAllMutants {
  private static final String KEEPS =
      "SaveAllIfAbsent.aTokenThatIsThereStaysAndKeepsNoOtherFromBeingInserted";

  static final List<Mutant> ALL =
      List.of(
          Mutant.of(
              "inserts several over those that are there",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public Set<String> saveTokensIfAbsent(Collection<OAuthToken> tokens) {
                      Set<String> absent = super.saveTokensIfAbsent(tokens);
                      tokens.forEach(token -> super.saveToken(token.openid(), token));
                      return absent;
                    }
                  },
              KEEPS,
              "SaveAllIfAbsent.ofTokensThatAreThereNoneIsInserted"),
          Mutant.of(
              "says that it inserted all of several",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public Set<String> saveTokensIfAbsent(Collection<OAuthToken> tokens) {
                      Set<String> unused = super.saveTokensIfAbsent(tokens);
                      return openids(tokens);
                    }
                  },
              KEEPS,
              "SaveAllIfAbsent.ofTokensThatAreThereNoneIsInserted"),
          Mutant.of(
              "inserts all of several or none",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public Set<String> saveTokensIfAbsent(Collection<OAuthToken> tokens) {
                      List<OAuthToken> checked = TokenStores.requireTokens(tokens);
                      return openids(checked).stream().anyMatch(data.records()::containsKey)
                          ? Set.of()
                          : super.saveTokensIfAbsent(checked);
                    }
                  },
              KEEPS,
              "SaveAllIfAbsent.ofManyTokensAllButThoseThatAreThereAreInserted"),
          Mutant.of(
              "inserts the first hundred",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public Set<String> saveTokensIfAbsent(Collection<OAuthToken> tokens) {
                      return super.saveTokensIfAbsent(
                          TokenStores.requireTokens(tokens).stream().limit(100).toList());
                    }
                  },
              "SaveAllIfAbsent.ofManyTokensAllButThoseThatAreThereAreInserted"),
          Mutant.of(
              "checks each of several tokens when its turn comes",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public Set<String> saveTokensIfAbsent(Collection<OAuthToken> tokens) {
                      Set<String> inserted = new HashSet<>();
                      for (OAuthToken token : tokens) {
                        if (saveTokenIfAbsent(token.openid(), token)) {
                          inserted.add(token.openid());
                        }
                      }
                      return inserted;
                    }
                  },
              "SaveAllIfAbsent.aTokenThatIsRefusedKeepsTheOthersFromBeingInserted",
              "SaveAllIfAbsent.twoTokensOfOneOpenidAreRefusedAndNoneIsInserted"),
          Mutant.of(
              "looks before it inserts several",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public Set<String> saveTokensIfAbsent(Collection<OAuthToken> tokens) {
                      requireOpen();
                      List<OAuthToken> absent =
                          TokenStores.requireTokens(tokens).stream()
                              .filter(token -> !data.records().containsKey(token.openid()))
                              .toList();
                      data.meeting().await();
                      absent.forEach(token -> super.saveToken(token.openid(), token));
                      return openids(absent);
                    }
                  },
              "SaveAllIfAbsent.ofOverlappingBatchesEachTokenIsInsertedByOneThread"),
          Mutant.of(
              "drops fields of several tokens",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public Set<String> saveTokensIfAbsent(Collection<OAuthToken> tokens) {
                      return super.saveTokensIfAbsent(
                          TokenStores.requireTokens(tokens).stream()
                              .map(token -> token.toBuilder().unionid(null).build())
                              .toList());
                    }
                  },
              "SaveAllIfAbsent.everyFieldIsInserted"),
          Mutant.of(
              "takes several tokens after it was closed",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public Set<String> saveTokensIfAbsent(Collection<OAuthToken> tokens) {
                      return new PlainTokenStore(data).saveTokensIfAbsent(tokens);
                    }
                  },
              "Close.aClosedStoreTakesNothing"),
          Mutant.of(
              "shows the one of several tokens that it refuses",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public Set<String> saveTokensIfAbsent(Collection<OAuthToken> tokens) {
                      try {
                        return super.saveTokensIfAbsent(tokens);
                      } catch (IllegalArgumentException e) {
                        throw tokens == null
                            ? e
                            : new IllegalArgumentException("refused one of: " + json(tokens), e);
                      }
                    }
                  },
              "Secrets.aRefusalShowsNoToken"));

  private SaveAllMutants() {}

  private static Set<String> openids(Collection<OAuthToken> tokens) {
    return tokens.stream().map(OAuthToken::openid).collect(Collectors.toSet());
  }

  private static String json(Collection<OAuthToken> tokens) {
    return tokens.stream()
        .map(token -> token == null ? "null" : token.toJson())
        .collect(Collectors.joining());
  }
}
