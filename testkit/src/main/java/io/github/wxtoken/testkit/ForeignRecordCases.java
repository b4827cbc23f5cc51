package io.github.wxtoken.testkit;

import static io.github.wxtoken.testkit.Tokens.CREATED;
import static io.github.wxtoken.testkit.Tokens.renewed;
import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that Node processes wrote, and records that are broken. */
abstract class ForeignRecordCases extends Cases {
  private static final OAuthToken NODES = token("oNode");

  /** More than four bytes for each character of the longest record. */
  private static final String TOO_LONG = "CANARY".repeat(50_000);

  ForeignRecordCases(TokenStoreContract contract) {
    super(contract);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"expires_in\":7200,\"create_at\":1538990000000",
        "\"expires_in\":\"7200\",\"create_at\":\"1538990000000\"",
        "\"expires_in\":7200,\"create_at\":\"1538990000000\"",
        "\"expires_in\":\"7200\",\"create_at\":1538990000000"
      })
  void timesOfANodeProcessAreReadAsNumbersAndAsStrings(String times) throws Exception {
    contract.writeAsNode("oNode", nodesJson(times));

    assertThat(store.getToken("oNode")).contains(NODES);
    assertThat(store.getToken("oNode").orElseThrow().expiresAt().toEpochMilli())
        .isEqualTo(CREATED + 7_200_000);
    assertThat(scan()).containsExactly(NODES);
  }

  @Test
  void aFieldThatNobodyKnowsDoesNotDisturb() throws Exception {
    contract.writeAsNode(
        "oNode",
        nodesJson("\"expires_in\":7200,\"is_new\":[1,{\"a\":null}],\"create_at\":1538990000000"));

    OAuthToken read = store.getToken("oNode").orElseThrow();
    assertThat(read.toBuilder().extraJson(null).build()).isEqualTo(NODES);
    assertThat(store.replaceToken("oNode", read, renewed(NODES, 1))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1538990000000", "\"1538990000000\""})
  void aTokenOfANodeProcessIsReplacedLikeOneOfOurs(String createAt) throws Exception {
    contract.writeAsNode("oNode", nodesJson("\"expires_in\":7200,\"create_at\":" + createAt));

    assertThat(store.replaceToken("oNode", renewed(NODES, 1), renewed(NODES, 2))).isFalse();
    assertThat(store.replaceToken("oNode", NODES, renewed(NODES, 2))).isTrue();

    assertStored(renewed(NODES, 2));
  }

  @Test
  void aTokenOfANodeProcessIsOverwrittenAndDeletedLikeOneOfOurs() throws Exception {
    contract.writeAsNode("oNode", nodesJson("\"expires_in\":7200,\"create_at\":1538990000000"));

    assertThat(store.saveTokenIfAbsent("oNode", renewed(NODES, 1))).isFalse();
    store.saveToken("oNode", renewed(NODES, 2));
    assertThat(scan()).containsExactly(renewed(NODES, 2));

    assertThat(store.deleteToken("oNode")).isTrue();
    assertThat(scan()).isEmpty();
  }

  @Test
  void aWriteOfANodeProcessIsAChange() throws Exception {
    store.saveToken("oNode", renewed(NODES, 1));

    contract.writeAsNode("oNode", nodesJson("\"expires_in\":7200,\"create_at\":1538990000000"));

    assertThat(store.replaceToken("oNode", renewed(NODES, 1), renewed(NODES, 2))).isFalse();
    assertStored(NODES);
  }

  @Test
  void whatANodeProcessOverwritesLeavesNothingOfOursBehind() throws Exception {
    store.saveToken(
        "oNode", renewed(NODES, 1).toBuilder().unionid("o6_u").extraJson("{\"ours\":1}").build());

    contract.writeAsNode("oNode", nodesJson("\"expires_in\":7200,\"create_at\":1538990000000"));

    assertStored(NODES);
    assertThat(scan()).containsExactly(NODES);
  }

  @Test
  void aSessionThatANodeProcessOverwroteIsNoPartOfItsToken() throws Exception {
    assumeRoomFor(Room.SESSION);
    OAuthToken both = renewed(NODES, 1).toBuilder().sessionKey("tiihtNczf5v6AKRyjwEUhQ==").build();
    store.saveToken("oNode", both);

    contract.writeAsNode("oNode", nodesJson("\"expires_in\":7200,\"create_at\":1538990000000"));

    OAuthToken withSession = NODES.toBuilder().sessionKey(both.sessionKey()).build();
    assertThat(store.replaceToken("oNode", withSession, renewed(NODES, 2))).isFalse();
    assertThat(store.replaceToken("oNode", NODES, renewed(NODES, 2))).isTrue();
    assertStored(renewed(NODES, 2));
  }

  @Test
  void aBrokenRecordIsNotTakenForAMissingOne() throws Exception {
    contract.plantCorrupt("oBroken", "CANARY-content");

    assertCorrupt(() -> store.getToken("oBroken"));
    assertThat(store.saveTokenIfAbsent("oBroken", token("oBroken"))).isFalse();
    assertCorrupt(() -> store.getToken("oBroken"));
  }

  @Test
  void aScanReportsABrokenRecordAndGoesOn() throws Exception {
    store.saveToken("oAhead", token("oAhead"));
    contract.plantCorrupt("oBroken", "CANARY-content");
    store.saveToken("oGood", token("oGood"));

    assertScanReportsTheBrokenRecordOnce();
  }

  @Test
  void aScanWithoutAConsumerSkipsABrokenRecord() throws Exception {
    contract.plantCorrupt("oBroken", "CANARY-content");
    store.saveToken("oGood", token("oGood"));

    assertThat(scan()).isEqualTo(List.of(token("oGood")));
  }

  @Test
  void aScanEndsWithWhatTheConsumerOfBrokenRecordsThrows() throws Exception {
    contract.plantCorrupt("oBroken", "CANARY-content");
    store.saveToken("oGood", token("oGood"));

    assertCorrupt(
        () -> {
          try (Stream<OAuthToken> tokens =
              store.tokens(
                  corrupt -> {
                    throw corrupt;
                  })) {
            tokens.forEach(token -> {});
          }
        });
  }

  @Test
  void aBrokenRecordDoesNotDisturbOthers() throws Exception {
    contract.plantCorrupt("oBroken", "CANARY-content");

    store.saveToken("oGood", token("oGood"));

    assertStored(token("oGood"));
  }

  @Test
  void aBrokenRecordIsMendedBySavingOverIt() throws Exception {
    contract.plantCorrupt("oBroken", "CANARY-content");

    store.saveToken("oBroken", token("oBroken"));

    assertStored(token("oBroken"));
    assertThat(scan()).isEqualTo(List.of(token("oBroken")));
  }

  @Test
  void aBrokenRecordCanBeDeleted() throws Exception {
    contract.plantCorrupt("oBroken", "CANARY-content");

    assertThat(store.deleteToken("oBroken")).isTrue();

    assertThat(store.getToken("oBroken")).isEmpty();
  }

  @Test
  void aRecordThatIsTooLongIsBrokenAndNotTakenForAMissingOne() throws Exception {
    contract.plantTooLong("oBroken", TOO_LONG);

    assertCorrupt(() -> store.getToken("oBroken"));
    assertThat(store.saveTokenIfAbsent("oBroken", token("oBroken"))).isFalse();
    assertCorrupt(() -> store.getToken("oBroken"));
  }

  @Test
  void aScanReportsARecordThatIsTooLongAndGoesOn() throws Exception {
    store.saveToken("oAhead", token("oAhead"));
    contract.plantTooLong("oBroken", TOO_LONG);
    store.saveToken("oGood", token("oGood"));

    assertScanReportsTheBrokenRecordOnce();
  }

  @Test
  void aRecordThatIsTooLongIsMendedBySavingOverIt() throws Exception {
    contract.plantTooLong("oBroken", TOO_LONG);

    store.saveToken("oBroken", token("oBroken"));

    assertStored(token("oBroken"));
    assertThat(scan()).isEqualTo(List.of(token("oBroken")));
  }

  @Test
  void aRecordThatIsTooLongCanBeDeleted() throws Exception {
    contract.plantTooLong("oBroken", TOO_LONG);

    assertThat(store.deleteToken("oBroken")).isTrue();

    assertThat(store.getToken("oBroken")).isEmpty();
  }

  private void assertScanReportsTheBrokenRecordOnce() {
    List<CorruptTokenException> reports = new ArrayList<>();
    try (Stream<OAuthToken> tokens = store.tokens(reports::add)) {
      assertThat(tokens).containsExactlyInAnyOrder(token("oAhead"), token("oGood"));
    }

    assertThat(reports).hasSize(1);
    assertCorrupt(
        () -> {
          throw reports.get(0);
        });
  }

  private static String nodesJson(String times) {
    return "{\"access_token\":\"CANARY-access-of-oNode\",\"refresh_token\":\"CANARY-refresh-of-oNode\","
        + "\"openid\":\"oNode\",\"scope\":\"snsapi_userinfo\","
        + times
        + "}";
  }

  private static void assertCorrupt(Runnable read) {
    assertThatThrownBy(read::run)
        .isInstanceOfSatisfying(
            CorruptTokenException.class, e -> assertThat(e.openid()).isEqualTo("oBroken"))
        .hasMessageContaining("oBroken")
        .satisfies(e -> Secret.assertNotIn(e, "CANARY"));
  }
}
