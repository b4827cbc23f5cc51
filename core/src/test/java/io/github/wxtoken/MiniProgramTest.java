package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.github.wxtoken.simulator.EncryptedData;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Switch;
import io.github.wxtoken.store.MemoryTokenStore;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions and encrypted data of mini programs: docs/wechat-protocol.md#mini-program-session. */
class MiniProgramTest {
  private static final String ILLEGAL_BUFFER = "Illegal Buffer, Is Your Data Correct?";
  private static final String INVALID_WATERMARK = "Invalid Watermark, Be Sure to Check Again";

  private static final String APPID = "wx4f4bc4dec97d474b";
  private static final String KEY_A = "tiihtNczf5v6AKRyjwEUhQ==";
  private static final String IV_A = "r7BXXKkLb8qrSNn05n0qiA==";
  private static final String DATA_A =
      "CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS9uT5geRa0W4oTOb1WT7fJlAC"
          + "+oNPdbB+3hVbJSRgv+4lGOETKUQz6OYStslQ142dNCuabNPGBzlooOmB231qMM85d2/fV6ChevvXvQP8Hkue"
          + "1poOFtnEtpyxVLW1zAo6/1Xx1COxFvrc2d7UL/lmHInNlxuacJXwu0fjpXfz/YqYzBIBzD6WUfTIF9GRHpOn"
          + "/Hz7saL8xz+W//FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3g0gfRK4PC7E/r7Z6xNrXd2UIeorG"
          + "j5Ef7b1pJAYB6Y5anaHqZ9J6nKEBvB4DnNLIVWSgARns/8wR2SiRS7MNACwTyrGvt9ts8p12PKFdlqYTopNH"
          + "R1Vf7XjfhQlVsAJdNiKdYmYVoKlaRv85IfVunYzO0IKXsyl7JCUjCpoG20f0a04COwfneQAGGwd5oa+T8yO5"
          + "hzuyDb/XcxxmK01EpqOyuxINew==";
  private static final String KEY_B = "AAECAwQFBgcICQoLDA0ODw==";
  private static final String IV_B = "EBESExQVFhcYGRobHB0eHw==";
  private static final String DATA_B =
      "i7U2VgmTba9VFGcUYSEF/tQuac35zxT3ya43ynIQqfkAifbZDbAQRZGTHQfDXfhlaQVfErvjDclWG36oeNIbVO1u"
          + "H/zTyig5S4MH3+IhpFeHrRNGbSvjTycJB7xt58QvXXy3myUOgrZ0IRTxlgtytwj5e/qR7XTBO3PnbMTf3WAG"
          + "IcHgtaBmHSa76LqxywoqtAZ+ofqbNlpU6/o6Z2hTUNCSJvHVC5sT54bbP7URItrxGKfCnKPi/Tq7ZnkegKxq"
          + "q3Q8gMGLnGZtgyCcp4L22A==";

  private final WeChatOAuth client = client(APPID);
  private final Simulated simulated = Simulated.startMiniProgram();

  private static WeChatOAuth client(String appid) {
    return WeChatOAuth.builder(appid, "secret").store(new MemoryTokenStore()).build();
  }

  @AfterEach
  void close() {
    client.close();
    simulated.close();
  }

  // Decryption

  @Test
  void theOfficialSampleIsDecrypted() {
    MiniProgramUser user = client.decryptMiniProgramUser(KEY_A, DATA_A, IV_A);
    assertThat(user.openId()).isEqualTo("oGZUI0egBJY1zhBYw2KhdUfwVJJE");
    assertThat(user.unionId()).isEqualTo("ocMvos6NjeKLIBqg5Mr9QjxrP1FA");
    assertThat(user.nickName()).isEqualTo("Band");
    assertThat(user.timestamp()).isEqualTo(1477314187);
    assertThat(user.fields())
        .containsEntry("gender", 1L)
        .containsEntry("watermark", Map.of("timestamp", 1477314187L, "appid", APPID));
  }

  @Test
  void nothingOfTheOfficialSampleIsLost() throws GeneralSecurityException {
    String json = Json.write(client.decryptMiniProgramUser(KEY_A, DATA_A, IV_A).fields());
    byte[] sha256 =
        MessageDigest.getInstance("SHA-256").digest(json.getBytes(StandardCharsets.UTF_8));
    assertThat(json).hasSize(393);
    assertThat(HexFormat.of().formatHex(sha256))
        .isEqualTo("3237d8a5dbd413523c194882c7156544d8a06e2afcc97383cc300c17bd09391b");
  }

  @Test
  void theSecondVectorIsDecrypted() {
    MiniProgramUser user = client.decryptMiniProgramUser(KEY_B, DATA_B, IV_B);
    assertThat(user.openId()).isEqualTo("OPENID");
    assertThat(user.unionId()).isEqualTo("UNIONID");
    assertThat(user.avatarUrl()).isEmpty();
    assertThat(user).hasToString("MiniProgramUser[openId=OPENID]");
  }

  @Test
  void base64IsReadAsLenientlyAsNodeDoes() {
    MiniProgramUser expected = client.decryptMiniProgramUser(KEY_A, DATA_A, IV_A);
    String urlSafe = DATA_A.replace('+', '-').replace('/', '_');
    String unpadded = DATA_A.replace("=", "");
    String spaced = " " + DATA_A.replaceAll("(.{76})", "$1\r\n\t") + "\n";
    for (String data : new String[] {urlSafe, unpadded, spaced}) {
      assertThat(client.decryptMiniProgramUser(KEY_A, data, IV_A)).isEqualTo(expected);
    }
    assertThat(
            client.decryptMiniProgramUser(
                KEY_A.replace("=", ""), DATA_A, " " + IV_A.replace("=", "") + "\n"))
        .isEqualTo(expected);
  }

  /** A form decoder turns the plus of Base64 that was not percent-encoded into a space. */
  @Test
  void aPlusThatBecameASpaceIsRepaired() {
    MiniProgramUser expected = client.decryptMiniProgramUser(KEY_A, DATA_A, IV_A);
    for (String data :
        new String[] {
          DATA_A.replace('+', ' '),
          DATA_A.replace('+', ' ').replace("=", ""),
          DATA_A.replaceFirst("[+]", " "),
          DATA_A.replace('+', ' ').replaceAll("(.{64})", "$1\r\n"),
          "\n" + DATA_A.replace('+', ' ') + "\n",
          " " + DATA_A.replace('+', ' ') + " ",
          DATA_A.replaceAll("(.{60})", "$1 ")
        }) {
      assertThat(client.decryptMiniProgramUser(KEY_A, data, IV_A)).isEqualTo(expected);
    }
    assertThat(client.decryptMiniProgramUser(KEY_A, DATA_A, IV_A.replace('+', ' ')))
        .isEqualTo(expected);
  }

  @Test
  void aPlusAtEitherEndOfAKeyOrAnIvIsRepaired() throws GeneralSecurityException {
    byte[] plain = ("{\"openId\":\"O\"," + watermark(APPID) + "}").getBytes(StandardCharsets.UTF_8);
    for (String key : new String[] {"+AECAwQFBgcICQoLDA0ODw==", "AAECAwQFBgcICQoLDA0O+w=="}) {
      EncryptedData data = encrypted(key, plain);
      String spoiled = key.replace('+', ' ');
      assertThat(client.decryptMiniProgramUser(spoiled, data.encryptedData(), data.iv()).openId())
          .isEqualTo("O");
      assertThat(
              client
                  .decryptMiniProgramUser("\n" + spoiled + "\r\n", data.encryptedData(), data.iv())
                  .openId())
          .isEqualTo("O");
    }
  }

  private static String encoded(String text) {
    return new QueryString().with("", text).toString().substring(1);
  }

  @Test
  void whatIsStillPercentEncodedIsNamed() {
    assertStillEncoded(
        "encryptedData", () -> client.decryptMiniProgramUser(KEY_A, encoded(DATA_A), IV_A));
    assertStillEncoded("iv", () -> client.decryptMiniProgramUser(KEY_A, DATA_A, encoded(IV_A)));
    assertStillEncoded(
        "sessionKey", () -> client.decryptMiniProgramUser(encoded(KEY_A), DATA_A, IV_A));
    for (String iv :
        new String[] {
          encoded(encoded(IV_A)), IV_A.replace("==", "%3d%3d"), IV_A.replace("=", "%3D") + " "
        }) {
      assertStillEncoded("iv", () -> client.decryptMiniProgramUser(KEY_A, DATA_A, iv));
    }
  }

  @Test
  void whatIsStillPercentEncodedIsNamedBeforeTheCodeIsSpent() {
    String code = jsCode();
    assertStillEncoded(
        "iv", () -> simulated.client.getMiniProgramUserByCode(code, DATA_A, encoded(IV_A)));
    assertStillEncoded(
        "encryptedData",
        () -> simulated.client.getMiniProgramUserByCode(code, encoded(DATA_A), IV_A));
    assertThat(simulated.client.getSessionKey(code).sessionKey()).isNotNull();
  }

  private static void assertStillEncoded(String name, ThrowingCallable call) {
    assertThatExceptionOfType(WeChatOAuthException.class)
        .isThrownBy(call)
        .withMessage(ILLEGAL_BUFFER + " " + name + " is still percent-encoded: decode it once more")
        .withNoCause();
  }

  private static EncryptedData encrypted(String plain) {
    return EncryptedData.of(KEY_B, IV_B, plain);
  }

  private static String watermark(String appid) {
    return "\"watermark\":{\"timestamp\":1,\"appid\":\"" + appid + "\"}";
  }

  @Test
  void aPhoneNumberHasFieldsAndNoUser() {
    EncryptedData data = encrypted("{\"phoneNumber\":\"+8613800000000\"," + watermark(APPID) + "}");
    MiniProgramUser user = client.decryptMiniProgramUser(KEY_B, data.encryptedData(), data.iv());
    assertThat(user.openId()).isNull();
    assertThat(user.unionId()).isNull();
    assertThat(user.nickName()).isNull();
    assertThat(user.avatarUrl()).isNull();
    assertThat(user.fields()).containsEntry("phoneNumber", "+8613800000000");
    assertThat(user.toString()).doesNotContain("138");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"watermark\":null}",
        "{\"watermark\":\"wx4f4bc4dec97d474b\"}",
        "{\"watermark\":{}}",
        "{\"watermark\":{\"appid\":null}}",
        "{\"watermark\":{\"appid\":\"wx4f4bc4dec97d474B\"}}"
      })
  void dataForAnotherAppIsRefused(String plain) {
    assertRefused(encrypted(plain), INVALID_WATERMARK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "\"canary\"", "canary", "{\"openId\":\"canary\""})
  void dataThatIsNoJsonObjectIsRefused(String plain) {
    assertRefused(encrypted(plain), ILLEGAL_BUFFER);
  }

  private void assertRefused(EncryptedData data, String message) {
    assertThatExceptionOfType(WeChatOAuthException.class)
        .isThrownBy(() -> client.decryptMiniProgramUser(KEY_B, data.encryptedData(), data.iv()))
        .withMessage(message)
        .withNoCause();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        KEY_B, // another session's
        "AAECAw==",
        "not Base64!",
        "===="
      })
  void anotherKeyIsRefused(String key) {
    assertThatExceptionOfType(WeChatOAuthException.class)
        .isThrownBy(() -> client.decryptMiniProgramUser(key, DATA_A, IV_A))
        .withMessage(ILLEGAL_BUFFER)
        .withNoCause();
  }

  @ParameterizedTest
  @ValueSource(strings = {KEY_A, "AAECAw==", "not Base64!", "===="})
  void anotherIvIsRefused(String iv) {
    assertThatExceptionOfType(WeChatOAuthException.class)
        .isThrownBy(() -> client.decryptMiniProgramUser(KEY_A, DATA_A, iv))
        .withMessage(ILLEGAL_BUFFER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"AAECAw==", "not Base64!", "====", KEY_A})
  void dataThatIsNotEncryptedIsRefused(String data) {
    assertThatExceptionOfType(WeChatOAuthException.class)
        .isThrownBy(() -> client.decryptMiniProgramUser(KEY_A, data, IV_A))
        .withMessage(ILLEGAL_BUFFER);
  }

  /** One wrong key in 256 leaves valid padding: garbage must not pass for text. */
  @Test
  void garbageWithValidPaddingIsRefused() throws GeneralSecurityException {
    String plain = "{\"openId\":\"\u00ff\"," + watermark(APPID) + "}";
    assertRefused(encrypted(KEY_B, plain.getBytes(StandardCharsets.ISO_8859_1)), ILLEGAL_BUFFER);
  }

  /** A session key has 16 bytes; the cipher would take a longer one for AES-192 or AES-256. */
  @ParameterizedTest
  @ValueSource(ints = {24, 32})
  void aLongerKeyIsNoSessionKeyThoughItFits(int length) throws GeneralSecurityException {
    String key = Base64.getEncoder().encodeToString(new byte[length]);
    byte[] plain = ("{" + watermark(APPID) + "}").getBytes(StandardCharsets.UTF_8);
    EncryptedData data = encrypted(key, plain);
    assertThatExceptionOfType(WeChatOAuthException.class)
        .isThrownBy(() -> client.decryptMiniProgramUser(key, data.encryptedData(), data.iv()))
        .withMessage(ILLEGAL_BUFFER);
  }

  private static EncryptedData encrypted(String key, byte[] plain) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(Base64.getDecoder().decode(key), "AES"),
        new IvParameterSpec(Base64.getDecoder().decode(IV_B)));
    return new EncryptedData(Base64.getEncoder().encodeToString(cipher.doFinal(plain)), IV_B);
  }

  @SuppressWarnings("NullAway")
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " \n"})
  void blankArgumentsAreNamed(String blank) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.decryptMiniProgramUser(blank, DATA_A, IV_A))
        .withMessage("sessionKey must not be blank");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.decryptMiniProgramUser(KEY_A, blank, IV_A))
        .withMessage("encryptedData must not be blank");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.decryptMiniProgramUser(KEY_A, DATA_A, blank))
        .withMessage("iv must not be blank");
  }

  // Sessions

  private String jsCode() {
    return simulated.wechat.miniProgramLogin(Simulated.MINI_PROGRAM, "band");
  }

  private String openid() {
    return simulated.wechat.openid(Simulated.MINI_PROGRAM, "band");
  }

  @Test
  void aSessionHasAKeyAndNoToken() {
    OAuthToken session = simulated.client.getSessionKey(jsCode());
    assertThat(session.openid()).isEqualTo(openid());
    assertThat(session.sessionKey()).hasSize(24);
    assertThat(session.accessToken()).isNull();
    assertThat(session.refreshToken()).isNull();
    assertThat(session.isValid()).isFalse();
    assertThat(simulated.stored(openid())).isEqualTo(session);
  }

  @Test
  void olderAnswersWithErrcodeAndLifeAreSessionsToo() {
    simulated.wechat.behaviour().set(Switch.SESSION_ERRCODE, true);
    simulated.wechat.behaviour().set(Switch.SESSION_EXPIRES_IN, true);
    OAuthToken session = simulated.client.getSessionKey(jsCode());
    assertThat(session.sessionKey()).hasSize(24);
    assertThat(session.isValid()).isFalse();
  }

  @Test
  void aLaterSessionTakesThePlaceOfAnEarlierOne() {
    simulated.client.getSessionKey(jsCode());
    simulated.passes(Duration.ofSeconds(1));
    OAuthToken later = simulated.client.getSessionKey(jsCode());
    assertThat(simulated.stored(openid())).isEqualTo(later);
  }

  @Test
  void aSessionIsNeverSentToTheRefreshEndpoint() {
    simulated.client.getSessionKey(jsCode());
    long calls = simulated.wechat.counters().total();
    assertThatExceptionOfType(ReauthorizationRequiredException.class)
        .isThrownBy(() -> simulated.client.getValidToken(openid()))
        .withMessage(
            "what is stored for "
                + openid()
                + " is a mini program's session, which has no access token, no refresh token and no"
                + " profile. To get the user's data, call getMiniProgramUserByCode(code,"
                + " encryptedData, iv). To get the session key, call getSessionKey(code), or"
                + " getToken(openid) of the store");
    assertThatExceptionOfType(ReauthorizationRequiredException.class)
        .isThrownBy(() -> simulated.client.getUser(openid()));
    assertThat(simulated.wechat.counters().total()).isEqualTo(calls);
  }

  @Test
  void aUserIsDecryptedWithTheKeyOfTheCodesSession() {
    String code = jsCode();
    // A repeat of a code is answered from its outcome, so the key is known here first.
    String key = String.valueOf(simulated.client.getSessionKey(code).sessionKey());
    EncryptedData data =
        simulated.wechat.encrypt(Simulated.MINI_PROGRAM, key, "{\"nickName\":\"Band\"}");
    MiniProgramUser user =
        simulated.client.getMiniProgramUserByCode(code, data.encryptedData(), data.iv());
    assertThat(user.nickName()).isEqualTo("Band");
    assertThat(user.timestamp())
        .isCloseTo(simulated.wechat.clock().instant().getEpochSecond(), within(60L));
    assertThat(simulated.wechat.counters().calls(Endpoint.JSCODE2SESSION)).isEqualTo(1);
  }

  static Stream<Consumer<WeChatOAuth>> webLogin() {
    return Stream.of(
        mini -> mini.getAuthorizeURL("https://app.example.com/"),
        mini -> mini.getAuthorizeURLForWebsite("https://app.example.com/"),
        mini -> mini.newState("a cookie"),
        mini -> mini.newState("a cookie", "/orders"),
        mini -> mini.newState("a cookie", new CallbackResult.Denied(null)),
        mini -> mini.verifyState("state", "a cookie", "CODE"),
        mini -> mini.handleCallback("CODE", "state", "a cookie"),
        mini -> mini.getAccessToken("CODE"),
        mini -> mini.getUserByCode("CODE"));
  }

  @ParameterizedTest
  @MethodSource("webLogin")
  void aMiniProgramHasNoWebLoginAndTheMessageSaysWhatToDo(Consumer<WeChatOAuth> method) {
    assertThatIllegalStateException()
        .isThrownBy(() -> method.accept(simulated.client))
        .withMessageContaining("pass the code of wx.login to getSessionKey")
        .withMessageContaining("without miniProgram(true)");
    assertThat(simulated.wechat.counters().total()).isZero();
  }

  /** As wechat-oauth does, a client takes codes of both kinds unless it is told what it is of. */
  @Test
  void aCodeThatWasGivenToTheWrongMethodIsStillGoodForTheRightOne() {
    try (WeChatOAuth untold = simulated.client(Simulated.MINI_PROGRAM, "minisecret").build()) {
      String code = jsCode();
      assertThatExceptionOfType(WeChatOAuthException.class)
          .isThrownBy(() -> untold.getAccessToken(code));

      assertThat(untold.getSessionKey(code).sessionKey()).isNotNull();
    }
  }

  @Test
  void eachKindOfAppHasItsOwnMethod() {
    assertThatIllegalStateException()
        .isThrownBy(() -> client.getMiniProgramUserByCode("CODE", DATA_A, IV_A))
        .withMessageContainingAll(
            "not a mini program's", "miniProgram(true)", "getUserByCode(code)");
    assertThatIllegalStateException()
        .isThrownBy(() -> simulated.client.getUserByCode("CODE"))
        .withMessageContainingAll(
            "is a mini program's", "call getMiniProgramUserByCode(code, encryptedData, iv)");
    assertThat(simulated.wechat.counters().total()).isZero();
  }

  @SuppressWarnings("NullAway")
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " \n"})
  void blankArgumentsCostNoCode(String blank) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> simulated.client.getMiniProgramUserByCode(blank, DATA_A, IV_A))
        .withMessage("code must not be blank");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> simulated.client.getMiniProgramUserByCode("CODE", blank, IV_A))
        .withMessage("encryptedData must not be blank");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> simulated.client.getMiniProgramUserByCode("CODE", DATA_A, blank))
        .withMessage("iv must not be blank");
    assertThat(simulated.wechat.counters().total()).isZero();
  }
}
