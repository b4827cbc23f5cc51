package io.github.wxtoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.wxtoken.simulator.TestClient.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sessions of mini programs: docs/wechat-protocol.md#mini-program-session. */
class MiniProgramTest {
  private final Scene scene = new Scene();

  @AfterEach
  void close() {
    scene.close();
  }

  private Reply session(String code) throws Exception {
    return scene.client.get(
        Endpoint.JSCODE2SESSION,
        "appid",
        Scene.MINI,
        "secret",
        Scene.SECRET,
        "js_code",
        code,
        "grant_type",
        "authorization_code");
  }

  private Reply login() throws Exception {
    return session(scene.simulator.miniProgramLogin(Scene.MINI, "ann"));
  }

  private Reply signed(Endpoint endpoint, String openid, String signature) throws Exception {
    return scene.client.get(
        endpoint,
        "access_token",
        scene.globalToken(Scene.MINI).get("access_token"),
        "signature",
        signature,
        "openid",
        openid,
        "sig_method",
        "hmac_sha256");
  }

  private Reply check(Reply session) throws Exception {
    String signature = MiniProgramEndpoints.signature(session.get("session_key"), "");
    return signed(Endpoint.CHECK_SESSION, session.get("openid"), signature);
  }

  @Test
  void aSessionHasAKeyAndNeitherExpiryNorErrcode() throws Exception {
    Reply session = login();

    assertThat(session.json())
        .containsOnlyKeys("session_key", "openid")
        .containsEntry("openid", scene.simulator.openid(Scene.MINI, "ann"));
    assertThat(session.get("session_key")).hasSize(24);
    assertThat(Base64.getDecoder().decode(session.get("session_key"))).hasSize(16);
  }

  @Test
  void olderFormsOfTheAnswerAreSwitches() throws Exception {
    scene.with(Switch.SESSION_ERRCODE).with(Switch.SESSION_EXPIRES_IN);
    scene.simulator.addApp(scene.simulator.app(Scene.MINI).withUnionid(true));

    assertThat(login().json())
        .containsEntry("errcode", "0")
        .containsEntry("expires_in", "7200")
        .containsEntry("unionid", scene.simulator.unionid("ann"));
  }

  @Test
  void aCodeWorksOnceAndForFiveMinutes() throws Exception {
    String code = scene.simulator.miniProgramLogin(Scene.MINI, "ann");
    String late = scene.simulator.miniProgramLogin(Scene.MINI, "ann");

    assertThat(session(code).errcode()).isZero();
    assertThat(session(code).errcode()).isEqualTo(40163);
    scene.later(Duration.ofMinutes(5));
    assertThat(session(late).errcode()).isEqualTo(40029);
  }

  @Test
  void aCodeOfAPageIsNoneHere() throws Exception {
    assertThat(session(scene.code("snsapi_base")).errcode()).isEqualTo(40029);
  }

  @Test
  void aFailureMayBurnTheCode() throws Exception {
    scene.with(Switch.CODE_BURNT_BY_FAILURE);
    String code = scene.simulator.miniProgramLogin(Scene.MINI, "ann");

    Reply badSecret =
        scene.client.get(
            Endpoint.JSCODE2SESSION, "appid", Scene.MINI, "secret", "wrong", "js_code", code);

    assertThat(badSecret.errcode()).isEqualTo(40125);
    assertThat(session(code).errcode()).isEqualTo(40163);
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', '', '', 41002",
    "wrong, '', '', '', 41004",
    "wrong, wrong, '', '', 41008",
    "wrong, wrong, wrong, '', 40013",
    "wxmini, wrong, wrong, '', 40125",
    "wxmini, s3cret, wrong, '', 40002",
    "wxmini, s3cret, wrong, authorization_code, 40029",
  })
  void checksComeInOrder(String appid, String secret, String code, String grantType, int errcode)
      throws Exception {
    Reply reply =
        scene.client.get(
            Endpoint.JSCODE2SESSION,
            "appid",
            appid,
            "secret",
            secret,
            "js_code",
            code,
            "grant_type",
            grantType);

    assertThat(reply.errcode()).isEqualTo(errcode);
  }

  @Test
  void aNewKeyReplacesTheOld() throws Exception {
    Reply old = login();
    assertThat(check(old).body()).isEqualTo("{\"errcode\":0,\"errmsg\":\"ok\"}");

    Reply current = login();

    assertThat(current.get("session_key")).isNotEqualTo(old.get("session_key"));
    assertThat(check(old).errcode()).isEqualTo(87009);
    assertThat(check(current).errcode()).isZero();
  }

  @Test
  void aKeyDiesUnlessItIsUsed() throws Exception {
    scene.simulator.behaviour().sessionKeyLife(Duration.ofHours(1));
    Reply session = login();

    scene.later(Duration.ofMinutes(59));
    assertThat(check(session).errcode()).isZero();
    scene.later(Duration.ofMinutes(59));
    assertThat(check(session).errcode()).isZero();
    scene.later(Duration.ofHours(1));
    assertThat(check(session).errcode()).isEqualTo(87009);
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"foo\":\"bar\"}', 654571f79995b2ce1e149e53c0a33dc39c0a74090db514261454e8dbe432aa0b",
    "'', 46e043c5525c2d817c44be603d30837a808a1d930d038f6fdc3e62a201fed128",
  })
  void theSignatureTakesTheKeyAsText(String message, String signature) {
    assertThat(MiniProgramEndpoints.signature("o0q0otL8aEzpcZL/FT9WsQ==", message))
        .isEqualTo(signature);
  }

  @Test
  void aCheckNeedsTokenOpenidMethodAndSignature() throws Exception {
    Reply session = login();
    String openid = session.get("openid");
    String global = scene.globalToken(Scene.MINI).get("access_token");
    String signature = MiniProgramEndpoints.signature(session.get("session_key"), "");
    Endpoint check = Endpoint.CHECK_SESSION;

    assertThat(scene.client.get(check).errcode()).isEqualTo(41001);
    assertThat(scene.client.get(check, "access_token", global).errcode()).isEqualTo(41009);
    assertThat(
            scene
                .client
                .get(check, "access_token", global, "openid", openid, "signature", signature)
                .errcode())
        .isEqualTo(87009);
    assertThat(scene.client.get(check, "access_token", "x", "openid", openid).errcode())
        .isEqualTo(40001);
    assertThat(signed(check, "nobody", signature).errcode()).isEqualTo(40003);
    assertThat(signed(check, scene.simulator.openid(Scene.SERVICE, "ann"), signature).errcode())
        .isEqualTo(40003);
    assertThat(signed(check, openid, signature + "0").errcode()).isEqualTo(87009);
    assertThat(signed(check, openid, signature).errcode()).isZero();
  }

  @Test
  void aResetGivesANewKeyThatInheritsTheExpiry() throws Exception {
    scene.simulator.behaviour().sessionKeyLife(Duration.ofHours(1));
    Reply old = login();
    scene.later(Duration.ofMinutes(59));
    String signature = MiniProgramEndpoints.signature(old.get("session_key"), "");

    Reply reset = signed(Endpoint.RESET_SESSION_KEY, old.get("openid"), signature);

    assertThat(reset.json())
        .containsEntry("errcode", "0")
        .containsEntry("openid", old.get("openid"));
    assertThat(reset.get("session_key")).isNotEqualTo(old.get("session_key"));
    assertThat(check(old).errcode()).isEqualTo(87009);
    scene.later(Duration.ofMinutes(1));
    assertThat(check(reset).errcode()).isEqualTo(87009);
  }

  @Test
  void aKeyFromAResetWorks() throws Exception {
    Reply old = login();
    String signature = MiniProgramEndpoints.signature(old.get("session_key"), "");

    Reply reset = signed(Endpoint.RESET_SESSION_KEY, old.get("openid"), signature);

    assertThat(check(reset).errcode()).isZero();
  }

  @Test
  void encryptedDataCarriesTheWatermark() throws Exception {
    Reply session = login();
    String key = session.get("session_key");

    EncryptedData data = scene.simulator.encrypt(Scene.MINI, key, "{\"nickName\":\"安😀\"}");

    long now = scene.simulator.clock().instant().getEpochSecond();
    assertThat(decrypt(key, data))
        .isEqualTo(
            "{\"nickName\":\"安😀\",\"watermark\":{\"timestamp\":%d,\"appid\":\"wxmini\"}}"
                .formatted(now));
    assertThat(decrypt(key, scene.simulator.encrypt(Scene.MINI, key, "{ }")))
        .matches("\\{ *\"watermark\":.*}}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> scene.simulator.encrypt(Scene.MINI, key, "[]"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> scene.simulator.encrypt(Scene.MINI, "c2hvcnQ=", "{}"));
  }

  @Test
  void encryptionIsThatOfTheVector() {
    String text =
        "{\"openId\":\"OPENID\",\"nickName\":\"Band\",\"gender\":1,\"city\":\"Guangzhou\","
            + "\"province\":\"Guangdong\",\"country\":\"CN\",\"avatarUrl\":\"\",\"unionId\":"
            + "\"UNIONID\",\"watermark\":{\"timestamp\":1477314187,"
            + "\"appid\":\"wx4f4bc4dec97d474b\"}}";

    EncryptedData data =
        EncryptedData.of("AAECAwQFBgcICQoLDA0ODw==", "EBESExQVFhcYGRobHB0eHw==", text);

    assertThat(data.encryptedData())
        .isEqualTo(
            "i7U2VgmTba9VFGcUYSEF/tQuac35zxT3ya43ynIQqfkAifbZDbAQRZGTHQfDXfhlaQVfErvjDclWG36oeNIb"
                + "VO1uH/zTyig5S4MH3+IhpFeHrRNGbSvjTycJB7xt58QvXXy3myUOgrZ0IRTxlgtytwj5e/qR7XTBO3"
                + "PnbMTf3WAGIcHgtaBmHSa76LqxywoqtAZ+ofqbNlpU6/o6Z2hTUNCSJvHVC5sT54bbP7URItrxGKfC"
                + "nKPi/Tq7ZnkegKxqq3Q8gMGLnGZtgyCcp4L22A==");
  }

  private static String decrypt(String key, EncryptedData data) throws Exception {
    Base64.Decoder base64 = Base64.getDecoder();
    Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(base64.decode(key), "AES"),
        new IvParameterSpec(base64.decode(data.iv())));
    return new String(cipher.doFinal(base64.decode(data.encryptedData())), StandardCharsets.UTF_8);
  }
}
