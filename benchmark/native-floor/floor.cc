// What crossing from JavaScript costs in C++, with the arguments of our hot calls and none of their work.
#include <napi.h>

namespace {

// drain(handle, buffer)
Napi::Value NumberAndBytes(const Napi::CallbackInfo& info) {
  const uint32_t handle = info[0].As<Napi::Number>().Uint32Value();
  const auto bytes = info[1].As<Napi::Uint8Array>();
  return Napi::Number::New(info.Env(), handle + bytes.Data()[0]);
}

// resolve(handle, topic, words): the text is read into the stack, as we do.
Napi::Value NumberTextAndWords(const Napi::CallbackInfo& info) {
  const uint32_t handle = info[0].As<Napi::Number>().Uint32Value();
  char text[256];
  size_t length = 0;
  napi_get_value_string_utf8(info.Env(), info[1], text, sizeof text, &length);
  auto words = info[2].As<Napi::Uint32Array>();
  words.Data()[0] = static_cast<uint32_t>(length);
  return Napi::Number::New(info.Env(), handle + static_cast<unsigned char>(text[0]));
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("numberAndBytes", Napi::Function::New<NumberAndBytes>(env));
  exports.Set("numberTextAndWords", Napi::Function::New<NumberTextAndWords>(env));
  return exports;
}

}  // namespace

NODE_API_MODULE(floor, Init)
