package com.example;

import static io.github.wxtoken.boot.test.WeChatMockMvc.wechatUser;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import io.github.wxtoken.boot.test.AutoConfigureWeChatSimulator;
import io.github.wxtoken.simulator.WeChatSimulator;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.web.servlet.AutoConfigureMockMvc;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.web.servlet.MockMvc;

@SpringBootTest
@AutoConfigureMockMvc
@AutoConfigureWeChatSimulator // starts the simulator, and keeps tokens in memory
class ProfileTest {
  @Autowired MockMvc mvc;
  @Autowired WeChatSimulator weChat; // its clock, faults and counters

  @Test
  void aUserWhoHasSignedInSeesTheProfile() throws Exception {
    mvc.perform(get("/profile").with(wechatUser("amy"))).andExpect(status().isOk());
  }
}
